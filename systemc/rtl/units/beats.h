// The words that pass the handshakes of the streaming units, one struct per side of a unit. FP32 values are carried as
// their bits. kFields names the members in the order of fields(), for comparisons and messages.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "numerics/philox.h"

namespace ampa::rtl {

struct Fp32In {  // ampa_absmax, ampa_minmax, ampa_range_sort
  std::uint32_t x = 0;
  bool last = false;
  static constexpr std::string_view kFields = "x last";
  auto fields() const { return std::tie(x, last); }
};

struct AbsmaxOut {
  std::uint32_t absmax = 0;
  bool finite = true;
  static constexpr std::string_view kFields = "absmax finite";
  auto fields() const { return std::tie(absmax, finite); }
};

struct MinmaxOut {
  std::uint32_t min = 0, max = 0;
  bool finite = true;
  static constexpr std::string_view kFields = "min max finite";
  auto fields() const { return std::tie(min, max, finite); }
};

struct Fp32MulIn {
  std::uint32_t a = 0, b = 0;
  std::uint8_t tag = 0;
  static constexpr std::string_view kFields = "a b tag";
  auto fields() const { return std::tie(a, b, tag); }
};

struct Fp32Out {  // ampa_fp32_mul, ampa_dequantize
  std::uint32_t value = 0;
  std::uint8_t tag = 0;
  static constexpr std::string_view kFields = "value tag";
  auto fields() const { return std::tie(value, tag); }
};

struct QuantizeIn {
  std::uint32_t x = 0, inv_scale = 0;
  std::int32_t zero_point = 0, min_code = 0, max_code = 0;
  std::uint16_t random = 0;
  bool stochastic = false, last = false;
  static constexpr std::string_view kFields = "x inv_scale zero_point min_code max_code random stochastic last";
  auto fields() const { return std::tie(x, inv_scale, zero_point, min_code, max_code, random, stochastic, last); }
};

struct QuantizeOut {  // ampa_quantize, ampa_requantize
  std::uint8_t code = 0;
  std::int32_t level = 0, q16 = 0;
  bool last = false;
  static constexpr std::string_view kFields = "code level q16 last";
  auto fields() const { return std::tie(code, level, q16, last); }
};

struct PhiloxIn {
  numerics::PhiloxKey key{};
  numerics::PhiloxCounter counter{};
  static constexpr std::string_view kFields = "key_0 key_1 counter_0 counter_1 counter_2 counter_3";
  auto fields() const { return std::tie(key[0], key[1], counter[0], counter[1], counter[2], counter[3]); }
};

struct PhiloxOut {
  numerics::PhiloxCounter words{};
  static constexpr std::string_view kFields = "word_0 word_1 word_2 word_3";
  auto fields() const { return std::tie(words[0], words[1], words[2], words[3]); }
};

struct RandomStreamIn {
  std::uint64_t seed = 0;
  std::uint32_t step = 0, tensor = 0;
  std::uint64_t first = 0, count = 1;
  static constexpr std::string_view kFields = "seed step tensor first count";
  auto fields() const { return std::tie(seed, step, tensor, first, count); }
};

struct RandomStreamOut {
  std::uint16_t random = 0;
  bool last = false;
  static constexpr std::string_view kFields = "random last";
  auto fields() const { return std::tie(random, last); }
};

struct SensitivityIn {
  std::int32_t q16 = 0, level = 0;
  bool last = false;
  static constexpr std::string_view kFields = "q16 level last";
  auto fields() const { return std::tie(q16, level, last); }
};

struct SensitivityOut {
  std::uint64_t error_q16 = 0, abs_levels = 0;
  static constexpr std::string_view kFields = "error_q16 abs_levels";
  auto fields() const { return std::tie(error_q16, abs_levels); }
};

struct AbsSumIn {
  std::int64_t sum = 0, row = 0, col = 0;
  bool last = false;
  static constexpr std::string_view kFields = "sum row col last";
  auto fields() const { return std::tie(sum, row, col, last); }
};

struct AbsSumOut {
  std::uint64_t abs_sum = 0;
  static constexpr std::string_view kFields = "abs_sum";
  auto fields() const { return std::tie(abs_sum); }
};

struct DequantizeIn {
  std::int64_t sum = 0, row = 0, col = 0;
  std::uint32_t scale = 0;
  std::uint8_t tag = 0;
  static constexpr std::string_view kFields = "sum row col scale tag";
  auto fields() const { return std::tie(sum, row, col, scale, tag); }
};

struct RequantizeIn {
  std::int64_t sum = 0, row = 0, col = 0;
  std::uint32_t scale = 0;
  QuantizeIn to;  // x is not used
  static constexpr std::string_view kFields =
      "sum row col scale inv_scale zero_point min_code max_code random stochastic last";
  auto fields() const {
    return std::tie(sum, row, col, scale, to.inv_scale, to.zero_point, to.min_code, to.max_code, to.random,
                    to.stochastic, to.last);
  }
};

struct DoubleRoundIn {
  std::uint8_t code = 0;
  std::uint8_t high_bits = 8, low_bits = 8;
  bool last = false;
  static constexpr std::string_view kFields = "code high_bits low_bits last";
  auto fields() const { return std::tie(code, high_bits, low_bits, last); }
};

struct CodeOut {  // ampa_double_round, ampa_bitunpack
  std::uint8_t code = 0;
  bool last = false;
  static constexpr std::string_view kFields = "code last";
  auto fields() const { return std::tie(code, last); }
};

struct BitpackIn {
  std::uint8_t code = 0;
  std::uint8_t width = 0;  // 0 .. 3 for 2, 4, 6, 8 bits
  bool last = false;
  static constexpr std::string_view kFields = "code width last";
  auto fields() const { return std::tie(code, width, last); }
};

struct BitpackOut {  // ampa_bitpack, ampa_width_switch
  std::uint64_t word = 0;
  std::uint8_t bytes = 0;
  bool last = false;
  static constexpr std::string_view kFields = "word bytes last";
  auto fields() const { return std::tie(word, bytes, last); }
};

struct BitunpackIn {
  std::uint64_t word = 0;
  std::uint8_t width = 0;
  bool is_signed = false;
  std::uint32_t count = 1;
  static constexpr std::string_view kFields = "word width is_signed count";
  auto fields() const { return std::tie(word, width, is_signed, count); }
};

struct WidthSwitchIn {
  std::uint64_t word = 0;
  std::uint8_t high_bits = 8, low_bits = 8;
  std::uint32_t count = 1;
  static constexpr std::string_view kFields = "word high_bits low_bits count";
  auto fields() const { return std::tie(word, high_bits, low_bits, count); }
};

struct GroupAbsmaxIn {
  std::uint32_t x = 0, groups = 1;
  bool turn = false, last = false;
  static constexpr std::string_view kFields = "x groups turn last";
  auto fields() const { return std::tie(x, groups, turn, last); }
};

struct GroupAbsmaxOut {
  std::uint32_t absmax = 0;
  bool finite = true, last = false;
  static constexpr std::string_view kFields = "absmax finite last";
  auto fields() const { return std::tie(absmax, finite, last); }
};

struct SortedRange {  // ampa_range_sort
  std::uint32_t range = 0, group = 0, rank = 0;
  bool last = false;
  static constexpr std::string_view kFields = "range group rank last";
  auto fields() const { return std::tie(range, group, rank, last); }
};

struct PruningChoice {  // of a tensor
  bool top = false;
  std::uint8_t shift = 1;  // one group in 2^shift is kept
  std::uint64_t seed = 0;
  std::uint32_t step = 0, tensor = 0;
};

struct KeepGroupsIn {
  SortedRange sorted;
  PruningChoice choice;
  static constexpr std::string_view kFields = "range group rank last top shift seed step tensor";
  auto fields() const {
    return std::tie(sorted.range, sorted.group, sorted.rank, sorted.last, choice.top, choice.shift, choice.seed,
                    choice.step, choice.tensor);
  }
};

struct KeepGroupsOut {
  bool keep = false;
  std::uint64_t probability_q32 = 0;
  bool last = false;
  static constexpr std::string_view kFields = "keep probability_q32 last";
  auto fields() const { return std::tie(keep, probability_q32, last); }
};

struct GroupPruningIn {
  GroupAbsmaxIn element;
  PruningChoice choice;
  static constexpr std::string_view kFields = "x groups turn last top shift seed step tensor";
  auto fields() const {
    return std::tie(element.x, element.groups, element.turn, element.last, choice.top, choice.shift, choice.seed,
                    choice.step, choice.tensor);
  }
};

struct GroupPruningOut {
  KeepGroupsOut group;
  bool finite = true;
  static constexpr std::string_view kFields = "keep probability_q32 last finite";
  auto fields() const { return std::tie(group.keep, group.probability_q32, group.last, finite); }
};

template <class Beat>
bool same(const Beat& x, const Beat& y) {
  return x.fields() == y.fields();
}

// "x 0x3f800000, last 0x1"
template <class Beat>
std::string describe(const Beat& beat) {
  std::string text;
  std::string_view names = Beat::kFields;
  const auto add = [&](auto value) {
    const std::size_t end = std::min(names.find(' '), names.size());
    text += fmt::format("{}{} {:#x}", text.empty() ? "" : ", ", names.substr(0, end), value);
    names.remove_prefix(std::min(end + 1, names.size()));
  };
  std::apply([&](const auto&... values) { (add(+values), ...); }, beat.fields());  // + turns bool into int
  return text;
}

}  // namespace ampa::rtl
