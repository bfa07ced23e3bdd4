#include "quant/clipping.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::quant {

// Each is in the file of its name.
ClippingRule clip_full();
ClippingRule clip_seven_eighths();
ClippingRule clip_fraction();
ClippingRule clip_percentile();
ClippingRule clip_mse();
ClippingRule clip_direction();
ClippingRule clip_magnitude();

const std::vector<ClippingRule>& clipping_rules() {
  static const std::vector<ClippingRule> table = {
      clip_full(), clip_seven_eighths(), clip_fraction(),  clip_percentile(),
      clip_mse(),  clip_direction(),     clip_magnitude(),
  };
  return table;
}

const ClippingRule& clipping_rule(const std::string& name, const std::string& source) {
  std::string names;
  for (const ClippingRule& rule : clipping_rules()) {
    if (rule.name == name) return rule;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.name);
  }
  throw InputError(fmt::format("{}: expected one of {}, found '{}'", source, names, name));
}

Clipping make_clipping(const ClippingRule& rule, const Json& options) {
  return {&rule, rule.make(settings::resolved(rule.own, options))};
}

std::vector<numerics::Range> candidate_ranges(const numerics::Range& found) {
  std::vector<numerics::Range> ranges;
  for (float octave = 1; octave > 0x1p-8f; octave /= 2)
    for (const float eighths : {8.0f, 7.0f, 6.0f, 5.0f}) {
      const float fraction = eighths / 8 * octave;
      ranges.push_back({found.min * fraction, found.max * fraction, found.finite});
    }
  return ranges;
}

}  // namespace ampa::quant
