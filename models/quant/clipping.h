// How the range of a tensor is chosen before its scale is formed: the table of rules. Rules K1 to K8 of NUMERICS.md.
//
// To add a rule: its file clip_NAME.cpp (a function that gives its row) and its line in clipping.cpp. Its settings
// become flags, keys of configurations and dimensions of sweeps, with nothing else touched.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "quant/encoding.h"
#include "settings/own_settings.h"

namespace ampa::quant {

// The values of a tensor that share a scale, in the order of its elements.
struct ValueGroup {
  const float* values = nullptr;
  std::int64_t count = 0;
  std::int64_t first = 0, stride = 1;  // value i is element first + i * stride of the tensor

  std::int64_t element(std::int64_t i) const { return first + i * stride; }
};

struct ClippingTask {
  ValueGroup group;       // empty for a rule that does not read values
  numerics::Range found;  // of the values; finite
  Encoding encoding;      // what the codes will be made with
  std::int64_t step = 0;  // of the run
  // The numbers that the rule keeps for the group from step to step, 0 before the first; null if none are kept.
  float* memory = nullptr;
  bool is_training = true;  // else the memory stays as it is
};

// The range that the codes shall reach, inside or around the one found.
using Clip = std::function<numerics::Range(const ClippingTask& task)>;

struct ClippingRule {
  std::string name, description;
  settings::OwnSettings own;
  Clip (*make)(const Json& values) = nullptr;  // `values` holds all of `own`, in range
  bool reads_values = false;
  int memory = 0;         // numbers that are kept for a group
  int deviation_at = -1;  // which of them is the deviation d_c of the codes (quant/deviation.h); -1: none
};

// The table. The first, "full", is the default: nothing is clipped.
const std::vector<ClippingRule>& clipping_rules();

// By name. Throws InputError naming `source` (with the key) and the valid names.
const ClippingRule& clipping_rule(const std::string& name, const std::string& source);

// A rule with the values of its settings.
struct Clipping {
  const ClippingRule* rule;
  Clip clip;
};
// With `options` for the rule's settings by key and their defaults for the rest.
Clipping make_clipping(const ClippingRule& rule, const Json& options = Json::object());

// Ranges of 32 sizes, 1, 7/8, 6/8 and 5/8 times 2^0 .. 2^-7 of the one found, the largest first: exact FP32 fractions
// that searches choose from.
std::vector<numerics::Range> candidate_ranges(const numerics::Range& found);

// The range from -limit to limit without the sides on which there are no values.
inline numerics::Range limited_to(const numerics::Range& found, float limit) {
  return {found.min < 0 ? -limit : 0, found.max > 0 ? limit : 0, found.finite};
}

}  // namespace ampa::quant
