#include "numerics/clipping.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"

namespace ampa::numerics {
namespace {

Range full(const Range& measured) {
  return measured;
}

Range seven_eighths(const Range& measured) {
  return {measured.min * 0.875f, measured.max * 0.875f, measured.finite};
}

}  // namespace

const std::vector<ClippingRule>& clipping_rules() {
  static const std::vector<ClippingRule> rules = {
      {"full", "max |x| of symmetric tensors, min and max of asymmetric ones", full},
      {"seven_eighths", "7/8 of the full range: finer steps, the outermost values saturate", seven_eighths},
  };
  return rules;
}

const ClippingRule& clipping_rule(const std::string& name, const std::string& source) {
  std::string names;
  for (const ClippingRule& rule : clipping_rules()) {
    if (rule.name == name) return rule;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.name);
  }
  throw InputError(fmt::format("{}: clipping: expected one of {}, found '{}'", source, names, name));
}

float max_abs(const Range& range) {
  return std::max(range.max, -range.min);
}

}  // namespace ampa::numerics
