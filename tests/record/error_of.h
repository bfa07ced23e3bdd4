// What is wrong with a record, in words; empty if nothing is.
#pragma once

#include <string>

#include "common/error.h"
#include "record/run_record.h"

namespace ampa::record {

inline std::string error_of(const Json& json) {
  try {
    from_json(json, "record.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace ampa::record
