// The streaming units of rtl/units, verilated. Each call makes one, reset and idle.
#pragma once

#include "rtl/units/beats.h"
#include "rtl/units/stream_unit.h"

namespace ampa::rtl {

UnitPtr<Fp32In, AbsmaxOut> make_absmax();
UnitPtr<Fp32In, MinmaxOut> make_minmax();
UnitPtr<Fp32MulIn, Fp32Out> make_fp32_mul();
UnitPtr<QuantizeIn, QuantizeOut> make_quantize();
UnitPtr<SensitivityIn, SensitivityOut> make_sensitivity();
UnitPtr<AbsSumIn, AbsSumOut> make_abs_sum();
UnitPtr<DequantizeIn, Fp32Out> make_dequantize();
UnitPtr<RequantizeIn, QuantizeOut> make_requantize();
UnitPtr<DoubleRoundIn, CodeOut> make_double_round();

// Of up to 2^kPruningGroupBits groups.
constexpr int kPruningGroupBits = 6;
UnitPtr<GroupAbsmaxIn, GroupAbsmaxOut> make_group_absmax();
UnitPtr<Fp32In, SortedRange> make_range_sort();
UnitPtr<KeepGroupsIn, KeepGroupsOut> make_keep_groups();
UnitPtr<GroupPruningIn, GroupPruningOut> make_group_pruning();

// Units with a parameter; throw RunError for a value that is not verilated.
UnitPtr<PhiloxIn, PhiloxOut> make_philox(int rounds_per_cycle = 2);                     // 1, 2, 5, 10
UnitPtr<RandomStreamIn, RandomStreamOut> make_random_stream(int rounds_per_cycle = 2);  // 1, 2
// Words of 1, 4 or 8 bytes.
UnitPtr<BitpackIn, BitpackOut> make_bitpack(int word_bytes);
UnitPtr<BitunpackIn, CodeOut> make_bitunpack(int word_bytes);
UnitPtr<WidthSwitchIn, BitpackOut> make_width_switch(int word_bytes);

}  // namespace ampa::rtl
