// The range as it is, and 7/8 of it: rules K1 and K2 of NUMERICS.md.
#include "quant/clipping.h"

namespace ampa::quant {

ClippingRule clip_full() {
  ClippingRule rule;
  rule.name = "full";
  rule.description = "the smallest to the largest value";
  rule.make = [](const Json&) -> Clip { return [](const ClippingTask& task) { return task.found; }; };
  return rule;
}

ClippingRule clip_seven_eighths() {
  ClippingRule rule;
  rule.name = "seven_eighths";
  rule.description = "7/8 of the full range: finer steps, the outermost values saturate";
  rule.make = [](const Json&) -> Clip {
    return [](const ClippingTask& task) {
      return numerics::Range{task.found.min * 0.875f, task.found.max * 0.875f, task.found.finite};
    };
  };
  return rule;
}

}  // namespace ampa::quant
