#include "commands/core_flags.h"

namespace ampa::commands {

platform::CoreConfig CoreFlags::config(const std::string& point) const {
  return platform::core_from_string(point + ":" + scratchpads);
}

CoreFlags core_flags(const Call& call) {
  return {call.text("scratchpads"), call.text("memory")};
}

}  // namespace ampa::commands
