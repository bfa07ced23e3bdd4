#include "allocate/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"

namespace ampa::allocate {

// Each is in the file of its name.
Measure magnitude_measure();
Measure error_measure();
Measure relative_error_measure();
Measure distribution_measure();
Measure distribution_log_measure();
Measure hessian_measure();
Measure random_measure();
Measure reversed_measure();

const std::vector<Measure>& measures() {
  static const std::vector<Measure> table = {
      magnitude_measure(),        error_measure(),   relative_error_measure(), distribution_measure(),
      distribution_log_measure(), hessian_measure(), random_measure(),         reversed_measure(),
  };
  return table;
}

std::vector<std::string> measure_names() {
  std::vector<std::string> names;
  for (const Measure& row : measures()) names.push_back(row.name);
  return names;
}

const Measure& measure(const std::string& name) {
  for (const Measure& row : measures())
    if (row.name == name) return row;
  throw InputError(fmt::format("measure: expected one of {}, found \"{}\"", fmt::join(measure_names(), ", "), name));
}

LayerSensitivity Measures::of_step(const StepMeans& means) const {
  LayerSensitivity result = of_values->of_step(means);
  if (of_gradients != of_values) result.g = of_gradients->of_step(means).g;
  return result;
}

}  // namespace ampa::allocate
