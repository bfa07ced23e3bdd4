// A fixed fraction of the range: fl32(f * m) to fl32(f * M) with f rounded to FP32 once. Rule K4 of NUMERICS.md.
#include "quant/clipping.h"

namespace ampa::quant {

ClippingRule clip_fraction() {
  ClippingRule rule;
  rule.name = "fraction";
  rule.description = "a fixed fraction of the full range";
  rule.own.list = {settings::number("clip_fraction", NumberRange::above(0, 1))
                       .about("fraction of the full range that codes reach")
                       .by_default(0.9)};
  rule.make = [](const Json& values) -> Clip {
    const auto fraction = static_cast<float>(values.at("clip_fraction").get<double>());
    return [fraction](const ClippingTask& task) {
      return numerics::Range{task.found.min * fraction, task.found.max * fraction, task.found.finite};
    };
  };
  return rule;
}

}  // namespace ampa::quant
