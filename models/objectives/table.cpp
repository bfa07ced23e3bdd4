#include <fmt/format.h>

#include "common/error.h"
#include "objectives/objective.h"

namespace ampa::objectives {

// Each is in the file of its name.
ObjectiveInfo cross_entropy();
ObjectiveInfo token_cross_entropy();
ObjectiveInfo dice_bce();

const std::vector<ObjectiveInfo>& objectives() {
  static const std::vector<ObjectiveInfo> table = {
      cross_entropy(),
      token_cross_entropy(),
      dice_bce(),
  };
  return table;
}

std::unique_ptr<Objective> make_objective(const std::string& name, const Json& options) {
  std::string valid;
  for (const ObjectiveInfo& row : objectives()) {
    if (row.name == name) return row.make(settings::resolved(row.own, options));
    valid += (valid.empty() ? "" : ", ") + row.name;
  }
  throw InputError(fmt::format("objective: expected one of {}, found \"{}\"", valid, name));
}

}  // namespace ampa::objectives
