// DAI8's magnitude-aware clipping (Zhao et al., Distribution Adaptive INT8 Quantization for Training CNNs, AAAI 2021,
// section 3.3), for every group of its own. With sigma the root of the mean square of the n values (gradients have a
// mean near 0), a group is Gaussian if more than lambda * n of them have |x| > sigma, and then s_t = max |x|; else it
// is an inverted T, and s_t = (1 - k A) s_{t-1} + A max |x| with k = 1. The codes reach s_t. s_{t-1} is max |x| before
// the first step. Rule K8 of NUMERICS.md.
#include <cmath>

#include "quant/clipping.h"

namespace ampa::quant {
namespace {

bool is_gaussian(const ValueGroup& group, double lambda) {
  double squares = 0;
  for (std::int64_t i = 0; i < group.count; ++i) squares += double{group.values[i]} * double{group.values[i]};
  const double sigma = std::sqrt(squares / static_cast<double>(group.count));
  std::int64_t beyond = 0;
  for (std::int64_t i = 0; i < group.count; ++i) beyond += std::fabs(double{group.values[i]}) > sigma;
  return static_cast<double>(beyond) > lambda * static_cast<double>(group.count);
}

numerics::Range clip(const ClippingTask& task, double lambda, double share) {
  const float most = numerics::max_abs(task.found);
  const float before = task.memory != nullptr && *task.memory > 0 ? *task.memory : most;
  const float limit = task.group.count == 0 || is_gaussian(task.group, lambda)
                          ? most
                          : static_cast<float>((1 - share) * double{before} + share * double{most});
  if (task.memory != nullptr && task.is_training) *task.memory = limit;
  return limited_to(task.found, limit);
}

}  // namespace

ClippingRule clip_magnitude() {
  ClippingRule rule;
  rule.name = "magnitude_aware";
  rule.description = "max |x| of Gaussian tensors, its moving average of others (DAI8)";
  rule.reads_values = true;
  rule.memory = 1;
  rule.own.list = {settings::number("clip_lambda", {0, 1})
                       .about("a tensor is Gaussian if a larger share of its values is beyond their deviation")
                       .by_default(0.3),
                   settings::number("clip_share", NumberRange::above(0, 1))
                       .about("of the newest max |x| in the moving average of tensors that are not Gaussian")
                       .by_default(0.8)};
  rule.make = [](const Json& values) -> Clip {
    return [lambda = values.at("clip_lambda").get<double>(), share = values.at("clip_share").get<double>()](
               const ClippingTask& task) { return clip(task, lambda, share); };
  };
  return rule;
}

}  // namespace ampa::quant
