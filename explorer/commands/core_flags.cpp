#include "commands/core_flags.h"

namespace ampa::commands {

timing::CoreConfig CoreFlags::config(const std::string& point) const {
  return timing::core_from_string(point + ":" + scratchpads);
}

CoreFlags core_flags(const Call& call) {
  return {call.text("scratchpads"), call.text("memory")};
}

}  // namespace ampa::commands
