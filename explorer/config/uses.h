// How rows of the table of settings say which commands have them.
#pragma once

#include <utility>

#include "config/setting_rows.h"

namespace ampa::config {

inline Use in(const char* command, settings::Condition acts = {}) {
  return Use::in(command, std::move(acts));
}

inline Use needed(const char* command) {
  return in(command).must();
}

}  // namespace ampa::config
