// What every streaming unit must return: the scalar definitions of models/numerics over the words of a stream.
#pragma once

#include <cstring>
#include <vector>

#include "numerics/quantizer.h"
#include "rtl/units/beats.h"

namespace ampa::rtl {

inline float float_of(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Calls on_tensor(first, end) for each run of inputs that a last flag ends.
template <class In, class OnTensor>
void for_each_tensor(const std::vector<In>& inputs, const OnTensor& on_tensor) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].last) continue;
    on_tensor(begin, i + 1);
    begin = i + 1;
  }
}

// An element on its way into ampa_quantize.
QuantizeIn quantize_in(float x, const numerics::QuantParams& params, bool stochastic, std::uint32_t random16,
                       bool last);
// The parameters that such a word carries; scale is left 0.
numerics::QuantParams params_of(const QuantizeIn& in);

std::vector<AbsmaxOut> absmax_twin(const std::vector<Fp32In>& inputs);
std::vector<MinmaxOut> minmax_twin(const std::vector<Fp32In>& inputs);
std::vector<Fp32Out> fp32_mul_twin(const std::vector<Fp32MulIn>& inputs);  // every NaN as 0x7FC00000
std::vector<QuantizeOut> quantize_twin(const std::vector<QuantizeIn>& inputs);
std::vector<PhiloxOut> philox_twin(const std::vector<PhiloxIn>& inputs);
std::vector<RandomStreamOut> random_stream_twin(const std::vector<RandomStreamIn>& inputs);
std::vector<SensitivityOut> sensitivity_twin(const std::vector<SensitivityIn>& inputs);
std::vector<AbsSumOut> abs_sum_twin(const std::vector<AbsSumIn>& inputs);
std::vector<Fp32Out> dequantize_twin(const std::vector<DequantizeIn>& inputs);
std::vector<QuantizeOut> requantize_twin(const std::vector<RequantizeIn>& inputs);
std::vector<CodeOut> double_round_twin(const std::vector<DoubleRoundIn>& inputs);
std::vector<GroupAbsmaxOut> group_absmax_twin(const std::vector<GroupAbsmaxIn>& inputs);
std::vector<SortedRange> range_sort_twin(const std::vector<Fp32In>& inputs);
std::vector<KeepGroupsOut> keep_groups_twin(const std::vector<KeepGroupsIn>& inputs);
std::vector<GroupPruningOut> group_pruning_twin(const std::vector<GroupPruningIn>& inputs);
// Words of `word_bytes` bytes, the first byte lowest, the last word filled up with zeros.
std::vector<BitpackOut> bitpack_twin(const std::vector<BitpackIn>& inputs, int word_bytes);
// Without the tensor whose last words are not there.
std::vector<CodeOut> bitunpack_twin(const std::vector<BitunpackIn>& inputs, int word_bytes);

// As both.
std::vector<BitpackOut> width_switch_twin(const std::vector<WidthSwitchIn>& inputs, int word_bytes);

}  // namespace ampa::rtl
