// When words come out: one cycle too early there is one output less.
#include <catch2/catch.hpp>

#include "numerics/bit_packing.h"
#include "rtl/units/stimuli.h"
#include "rtl/units/twins.h"
#include "rtl/units/units.h"
#include "timing/group_pruning.h"
#include "timing/width_switch.h"

namespace ampa::rtl {
namespace {

constexpr std::size_t kWords = 100;

// `inputs`, offered without a pause, give `num_outputs` outputs, the last of which is taken in the last of `num_cycles`
// cycles and not before.
template <class In, class Out>
void check_cycles(const UnitPtr<In, Out>& unit, const std::vector<In>& inputs, std::size_t num_outputs,
                  std::int64_t num_cycles) {
  CHECK(unit->run_for(inputs, num_cycles - 1).size() == num_outputs - 1);
  unit->reset();
  CHECK(unit->run_for(inputs, num_cycles).size() == num_outputs);
  unit->reset();
  unit->run(inputs, num_outputs);
  CHECK(unit->num_cycles() == num_cycles);
}

// A unit that returns a word for every word: the first one alone, and many without a gap.
template <class In, class Out>
void check_pipeline(const UnitPtr<In, Out>& unit, const In& word, std::int64_t latency) {
  check_cycles(unit, {word}, 1, 1 + latency);
  check_cycles(unit, std::vector<In>(kWords, word), kWords, static_cast<std::int64_t>(kWords) + latency);
}

// A unit that returns a word for every tensor: one tensor, and tensors of one element without a gap.
template <class In, class Out>
void check_reduction(const UnitPtr<In, Out>& unit, In word, std::int64_t latency) {
  std::vector<In> tensor(kWords, word);
  tensor.back().last = true;
  check_cycles(unit, tensor, 1, static_cast<std::int64_t>(kWords) + latency);
  word.last = true;
  check_cycles(unit, std::vector<In>(kWords, word), kWords, static_cast<std::int64_t>(kWords) + latency);
}

}  // namespace

TEST_CASE("ranges come 1 cycle after the last element, elements go in at one a cycle") {
  check_reduction(make_absmax(), Fp32In{bits_of(1.5f), false}, 1);
  check_reduction(make_minmax(), Fp32In{bits_of(1.5f), false}, 1);
}

TEST_CASE("sums come 2 cycles after the last element, elements go in at one a cycle") {
  check_reduction(make_sensitivity(), SensitivityIn{70000, 1, false}, 2);
  check_reduction(make_abs_sum(), AbsSumIn{5, 6, 7, false}, 2);
}

TEST_CASE("arithmetic pipelines: latency 3, 5, 6 and 11, one word a cycle") {
  check_pipeline(make_fp32_mul(), Fp32MulIn{bits_of(1.5f), bits_of(-3.0f), 1}, 3);
  const QuantizeIn element = quantize_in(0.3f, numerics::symmetric_params(1.0f, 8), false, 0, false);
  check_pipeline(make_quantize(), element, 5);
  check_pipeline(make_dequantize(), DequantizeIn{100, 3, 4, bits_of(0.5f), 0}, 6);
  check_pipeline(make_requantize(), RequantizeIn{100, 3, 4, bits_of(0.001f), element}, 11);
}

TEST_CASE("double_round: latency 1, one code a cycle") {
  check_pipeline(make_double_round(), DoubleRoundIn{0x55, 8, 4, false}, 1);
}

TEST_CASE("philox: a block takes 1 + 10 / rounds cycles, alone and in a row") {
  for (const int rounds : {1, 2, 5, 10}) {
    const std::int64_t period = 1 + 10 / rounds;
    check_cycles(make_philox(rounds), {PhiloxIn{}}, 1, 1 + period);
    check_cycles(make_philox(rounds), std::vector<PhiloxIn>(20), 20, 1 + 20 * period);
  }
}

TEST_CASE("random_stream: the first bits after 3 + 10 / rounds cycles, then one element a cycle") {
  for (const std::uint64_t first : {0, 8, 80}) {
    check_cycles(make_random_stream(2), {{1, 2, 3, first, 1}}, 1, 1 + 8);
    check_cycles(make_random_stream(2), {{1, 2, 3, first, 800}}, 800, 800 + 8);
    check_cycles(make_random_stream(1), {{1, 2, 3, first, 1}}, 1, 1 + 13);
    // Blocks every 11 cycles, the last one served in 8.
    check_cycles(make_random_stream(1), {{1, 2, 3, first, 800}}, 800, 13 + 99 * 11 + 8);
  }
  // A command that begins inside a block has less than 8 elements of it to wait for the next one.
  check_cycles(make_random_stream(2), {{1, 2, 3, 7, 2}}, 2, 1 + 8 + 6);
  check_cycles(make_random_stream(2), {{1, 2, 3, 2, 700}}, 700, 700 + 8);
}

TEST_CASE("bitpack: one code a cycle, one more only if the last code straddles two words") {
  for (const std::uint8_t width : {0, 1, 2, 3}) {
    const std::size_t num_codes = 48;  // whole words in every width
    std::vector<BitpackIn> tensor(num_codes, {0xFF, width, false});
    tensor.back().last = true;
    check_cycles(make_bitpack(4), tensor, num_codes * (width + 1) / 16, static_cast<std::int64_t>(num_codes) + 1);
  }
  std::vector<BitpackIn> straddling(6, {0x3F, 2, false});  // 36 bits
  straddling.back().last = true;
  check_cycles(make_bitpack(4), straddling, 2, 6 + 2);
  std::vector<BitpackIn> two = straddling;
  two.insert(two.end(), straddling.begin(), straddling.end());
  check_cycles(make_bitpack(4), two, 4, 2 * 7 + 1);
}

TEST_CASE("bitunpack: latency 1, one code a cycle from tensor to tensor") {
  for (const std::uint8_t width : {0, 1, 2, 3}) {
    const std::vector<BitunpackIn> words(3 * (width + 1), {0x123456789ABCDEF0, width, false, 48});
    check_cycles(make_bitunpack(4), words, 48, 48 + 1);
  }
  const std::vector<BitunpackIn> tails(20, {0x12345678, 2, false, 5});  // 30 of 32 bits
  check_cycles(make_bitunpack(4), tails, 100, 100 + 1);
}

TEST_CASE("width_switch: the closed form of timing::width_switch_cycles, at every pair of widths") {
  for (Bits high = kMinBits; high <= kMaxBits; ++high)
    for (Bits low = kMinBits; low <= high; ++low)
      for (const std::int64_t count : {1, 2, 11, 16, 43}) {
        const auto words = [&](Bits bits) {
          return static_cast<std::size_t>((numerics::packed_size(count, bits) + 3) / 4);
        };
        const WidthSwitchIn word{0x0123456789ABCDEF, static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low),
                                 static_cast<std::uint32_t>(count)};
        check_cycles(make_width_switch(4), std::vector<WidthSwitchIn>(words(high), word), words(low),
                     timing::width_switch_cycles(count, low, 4));
      }
}

TEST_CASE("units that choose groups: the closed forms of timing, whatever the values") {
  for (const std::size_t n : {1, 2, 3, 40, 64})
    for (const float slope : {0.0f, 1.0f}) {
      const auto num_groups = static_cast<std::int64_t>(n);
      std::vector<GroupAbsmaxIn> elements;
      std::vector<Fp32In> ranges;
      for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t x = bits_of(1 + slope * static_cast<float>(i * i));
        elements.push_back({x, static_cast<std::uint32_t>(n), false, false});
        elements.push_back({x, static_cast<std::uint32_t>(n), true, i + 1 == n});
        ranges.push_back({x, i + 1 == n});
      }
      check_cycles(make_group_absmax(), elements, n, timing::group_absmax_cycles(2 * num_groups, num_groups));
      check_cycles(make_range_sort(), ranges, n, timing::range_sort_cycles(num_groups));
      for (const bool top : {false, true}) {
        const PruningChoice choice{top, 1, 1, 2, 3};
        std::vector<KeepGroupsIn> sorted;
        for (const SortedRange& range : range_sort_twin(ranges)) sorted.push_back({range, choice});
        check_cycles(make_keep_groups(), sorted, n, timing::keep_groups_cycles(num_groups, top));
        std::vector<GroupPruningIn> inputs;
        for (const GroupAbsmaxIn& element : elements) inputs.push_back({element, choice});
        check_cycles(make_group_pruning(), inputs, n, timing::group_pruning_cycles(2 * num_groups, num_groups, top));
      }
    }
}

}  // namespace ampa::rtl
