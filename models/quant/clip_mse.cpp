// The candidate range whose codes have the least sum of squared errors, the larger one of equals, over values 0, d, 2d,
// ... of a group of n, d = ceil(n / 16384). A squared error and the sum in ascending order are doubles. Rule K6 of
// NUMERICS.md.
#include "quant/clipping.h"

namespace ampa::quant {
namespace {

constexpr std::int64_t kMaxSamples = 16384;

double squared_error(const ClippingTask& task, const numerics::Range& range) {
  const numerics::QuantParams params = task.encoding.params(range);
  const std::int64_t distance = (task.group.count + kMaxSamples - 1) / kMaxSamples;
  double sum = 0;
  for (std::int64_t i = 0; i < task.group.count; i += distance) {
    const float x = task.group.values[i];
    const double error =
        double{x} - double{numerics::dequantize(task.encoding.code(x, params, task.group.element(i)), params)};
    sum += error * error;
  }
  return sum;
}

numerics::Range best(const ClippingTask& task) {
  numerics::Range chosen = task.found;
  double least = squared_error(task, chosen);
  for (const numerics::Range& range : candidate_ranges(task.found)) {
    const double error = squared_error(task, range);
    if (!(error < least)) continue;
    least = error;
    chosen = range;
  }
  return chosen;
}

}  // namespace

ClippingRule clip_mse() {
  ClippingRule rule;
  rule.name = "mse";
  rule.description = "the range, of 32 fractions of the full one, with the least squared error";
  rule.reads_values = true;
  rule.make = [](const Json&) -> Clip { return best; };
  return rule;
}

}  // namespace ampa::quant
