// Random streams for the units, the same for the same seed. They mix ordinary values with those on which hardware goes
// wrong: zeros of both signs, denormal numbers, ties, the ends of every range.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl/units/beats.h"

namespace ampa::rtl {

struct StimulusPlan {
  std::uint64_t seed = 1;
  std::int64_t num_inputs = 1000;  // about; tensors of 1 to 40 elements are added until there are so many
  bool switch_modes = true;        // whether every tensor has a configuration of its own
};

std::vector<Fp32In> draw_fp32(const StimulusPlan& plan);  // infinities and NaNs in some tensors
std::vector<Fp32MulIn> draw_fp32_mul(const StimulusPlan& plan);
std::vector<QuantizeIn> draw_quantize(const StimulusPlan& plan);
std::vector<PhiloxIn> draw_philox(const StimulusPlan& plan);
std::vector<RandomStreamIn> draw_random_stream(const StimulusPlan& plan);  // num_inputs counts elements, not commands
std::vector<SensitivityIn> draw_sensitivity(const StimulusPlan& plan);
std::vector<AbsSumIn> draw_abs_sum(const StimulusPlan& plan);
std::vector<DequantizeIn> draw_dequantize(const StimulusPlan& plan);
std::vector<RequantizeIn> draw_requantize(const StimulusPlan& plan);
std::vector<DoubleRoundIn> draw_double_round(const StimulusPlan& plan);  // and every code of every pair of widths
// Of up to 2^kPruningGroupBits groups, of which there are fewer than num_inputs says, since a group takes 74 cycles.
std::vector<GroupAbsmaxIn> draw_group_absmax(const StimulusPlan& plan);
std::vector<Fp32In> draw_range_sort(const StimulusPlan& plan);
std::vector<KeepGroupsIn> draw_keep_groups(const StimulusPlan& plan);
std::vector<GroupPruningIn> draw_group_pruning(const StimulusPlan& plan);
std::vector<BitpackIn> draw_bitpack(const StimulusPlan& plan);
std::vector<BitunpackIn> draw_bitunpack(const StimulusPlan& plan, int word_bytes);
std::vector<WidthSwitchIn> draw_width_switch(const StimulusPlan& plan, int word_bytes);

// One tensor that is longer than any run of it: its count has one of the upper bits set. num_inputs does not matter.
constexpr int kLongWords = 64;
std::vector<RandomStreamIn> draw_long_random_stream(const StimulusPlan& plan);
std::vector<BitunpackIn> draw_long_bitunpack(const StimulusPlan& plan);  // its first kLongWords words

}  // namespace ampa::rtl
