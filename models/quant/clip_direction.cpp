// UI8's direction-sensitive gradient clipping (Zhu et al., Towards Unified INT8 Training for Convolutional Neural
// Network, CVPR 2020, section 3.3): at every step that is a multiple of the period, and where there is none yet, the
// range whose codes deviate least in direction, d_c, is searched; it is kept with its d_c until the next search.
// The paper does not print its search; here it is the least d_c of the candidate ranges, the larger one of equals, with
// the codes that the step would have, random bits included. Rule K7 of NUMERICS.md.
#include "quant/deviation.h"

namespace ampa::quant {
namespace {

enum Kept { kMin, kMax, kDeviation, kNumKept };

struct Found {
  numerics::Range range;
  double deviation = 0;
};

Found search(const ClippingTask& task) {
  Found best{task.found, deviation(task.group, task.encoding, task.found)};
  for (const numerics::Range& range : candidate_ranges(task.found)) {
    const Found found{range, deviation(task.group, task.encoding, range)};
    if (found.deviation < best.deviation) best = found;
  }
  return best;
}

numerics::Range clip(const ClippingTask& task, std::int64_t period) {
  const float* const kept = task.memory;
  const bool is_kept = kept != nullptr && (kept[kMin] != 0 || kept[kMax] != 0);
  if (is_kept && (!task.is_training || task.step % period != 0)) return {kept[kMin], kept[kMax], true};
  const Found found = search(task);
  if (task.memory != nullptr && task.is_training) {
    task.memory[kMin] = found.range.min;
    task.memory[kMax] = found.range.max;
    task.memory[kDeviation] = static_cast<float>(found.deviation);
  }
  return found.range;
}

}  // namespace

ClippingRule clip_direction() {
  ClippingRule rule;
  rule.name = "direction";
  rule.description = "the range with the least deviation in direction, searched on a period (UI8)";
  rule.reads_values = true;
  rule.memory = kNumKept;
  rule.deviation_at = kDeviation;
  rule.own.list = {settings::integer("clip_period", 1, 1000000000)
                       .in("steps")
                       .about("from one search for the range of a tensor to the next")
                       .by_default(100)};
  rule.make = [](const Json& values) -> Clip {
    return [period = values.at("clip_period").get<std::int64_t>()](const ClippingTask& task) {
      return clip(task, period);
    };
  };
  return rule;
}

}  // namespace ampa::quant
