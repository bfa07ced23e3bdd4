// The units that choose the groups of a gradient: small tensors exhaustively, and cases with known answers.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "numerics/random_stream.h"
#include "quant/group_pruning.h"
#include "rtl/units/twins.h"
#include "rtl/units/unit_checks.h"
#include "rtl/units/units.h"
#include "timing/group_pruning.h"

namespace ampa::rtl {
namespace {

using Limits = std::numeric_limits<float>;

// A tensor of one element a group.
std::vector<GroupPruningIn> elements_of(const std::vector<float>& ranges, const PruningChoice& choice) {
  std::vector<GroupPruningIn> inputs;
  for (const float range : ranges)
    inputs.push_back({{bits_of(range), static_cast<std::uint32_t>(ranges.size()), true, false}, choice});
  inputs.back().element.last = true;
  return inputs;
}

void require_same(const std::vector<GroupPruningOut>& found, const std::vector<GroupPruningOut>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!same(found[i], expected[i]))
      FAIL("group " << i << ": expected " << describe(expected[i]) << ", found " << describe(found[i]));
}

// What the unit returns, after it was found to be what the twin does.
std::vector<GroupPruningOut> chosen(const std::vector<float>& ranges, const PruningChoice& choice) {
  const std::vector<GroupPruningIn> inputs = elements_of(ranges, choice);
  const std::vector<GroupPruningOut> found = make_group_pruning()->run(inputs, ranges.size());
  require_same(found, group_pruning_twin(inputs));
  return found;
}

std::vector<std::uint64_t> probabilities(const std::vector<float>& ranges, int shift) {
  std::vector<std::uint64_t> found;
  for (const GroupPruningOut& out : chosen(ranges, {false, static_cast<std::uint8_t>(shift), 1, 2, 3}))
    found.push_back(out.group.probability_q32);
  return found;
}

std::vector<bool> kept_of_top(const std::vector<float>& ranges, int shift) {
  std::vector<bool> kept;
  for (const GroupPruningOut& out : chosen(ranges, {true, static_cast<std::uint8_t>(shift), 1, 2, 3})) {
    kept.push_back(out.group.keep);
    CHECK(out.group.probability_q32 == (out.group.keep ? 1ull << 32 : 0));
  }
  return kept;
}

}  // namespace

TEST_CASE("group_pruning: every tensor of up to four groups of six ranges, every budget, both rules") {
  const std::vector<float> values = {0, 0x1.fffffep-101f, 0x1p-100f, 1, 0x1.8p0f, 0x1.fffffep127f};
  const UnitPtr<GroupPruningIn, GroupPruningOut> unit = make_group_pruning();
  std::vector<GroupPruningIn> inputs;
  std::uint32_t step = 0;
  std::size_t num_tensors = 6, num_groups = 0;
  for (std::size_t size = 1; size <= 4; ++size, num_tensors *= values.size())
    for (std::size_t index = 0; index < num_tensors; ++index)
      for (int shift = 0; shift < 4; ++shift)
        for (const bool top : {false, true}) {
          std::vector<float> ranges;
          for (std::size_t i = 0, rest = index; i < size; ++i, rest /= values.size())
            ranges.push_back(values[rest % values.size()]);
          const auto tensor = elements_of(ranges, {top, static_cast<std::uint8_t>(shift), 7, step++, 9});
          inputs.insert(inputs.end(), tensor.begin(), tensor.end());
          num_groups += size;
        }
  require_same(unit->run(inputs, num_groups), group_pruning_twin(inputs));
}

TEST_CASE("keep_groups: tens of thousands of groups, half of them where the last place of a sum decides") {
  for (const UnitCheck& check : unit_checks())
    if (check.name == "keep_groups") {
      const UnitVerdict verdict = check.run({{20, 300000, true}, {}, 0});
      CHECK(verdict.mismatch == "");
      CHECK(verdict.num_outputs >= 40000);
    }
}

TEST_CASE("group_pruning: shares, certain groups and ranges below 2^-100") {
  constexpr std::uint64_t kOne = 1ull << 32;
  CHECK(probabilities({3, 1}, 1) == std::vector<std::uint64_t>{kOne / 4 * 3, kOne / 4});
  CHECK(probabilities({1}, 3) == std::vector<std::uint64_t>{kOne / 8});
  // Budget 2: 100 takes one, exactly the sum of the rest another.
  CHECK(probabilities({1, 100, 2, 1, 0, 0, 0, 0}, 2) ==
        std::vector<std::uint64_t>{kOne / 4, kOne, kOne / 2, kOne / 4, 0, 0, 0, 0});
  CHECK(probabilities({1, 2, 1, 4}, 1) == std::vector<std::uint64_t>{kOne / 4, kOne / 2, kOne / 4, kOne});
  CHECK(probabilities({5, 0, 1e-3f, 0x1p-101f}, 1) == std::vector<std::uint64_t>{kOne, 0, kOne, 0});
  CHECK(probabilities({0, 0x1p-149f}, 1) == std::vector<std::uint64_t>{0, 0});
}

TEST_CASE("group_pruning: a quotient that only the rounding of a double lifts to the next multiple of 2^-32") {
  // b / (b + a) = 1 - 2^-32 (1 + 1 / a + ..) with b = (a - 1) 2^32: below 1 - 2^-32 by less than half a unit of 2^-53.
  for (const float a : {0x1.00001p23f, 0x1.2468ap23f, 0x1.fffffp23f})
    CHECK(probabilities({a, std::ldexp(a - 1, 32)}, 1)[1] == 0xFFFFFFFFu);
  // Farther below it stays.
  CHECK(probabilities({0x1p20f, std::ldexp(0x1p20f - 1, 32)}, 1)[1] == 0xFFFFFFFEu);
}

TEST_CASE("group_pruning: a group is kept if its draw is below its probability, not if it is that") {
  // Group 0 of two has the probability a / 2^32, exactly, where a and 2^32 - a are floats.
  PruningChoice choice{false, 1, 0, 2, 3};
  const auto draw = [&] { return numerics::RandomStream{choice.seed, choice.step, choice.tensor}.bits32(0); };
  while (draw() % 256 != 0) ++choice.seed;
  for (const std::uint32_t above : {0u, 256u}) {
    const std::uint32_t a = draw() + above;
    const std::vector<GroupPruningOut> found =
        chosen({static_cast<float>(a), static_cast<float>(0x100000000 - a)}, choice);
    CHECK(found[0].group.probability_q32 == a);
    CHECK(found[0].group.keep == (above > 0));
  }
}

TEST_CASE("group_pruning: the groups and probabilities that a training step keeps, by both rules") {
  std::vector<float> ranges;
  for (int i = 0; i < 50; ++i) ranges.push_back(std::ldexp(static_cast<float>(1 + i * 29 % 50), i % 7 == 0 ? 6 : 0));
  for (const bool top : {false, true})
    for (const int shift : {1, 2, 3})
      for (std::uint32_t step = 0; step < 20; ++step) {
        const PruningChoice choice{top, static_cast<std::uint8_t>(shift), 5, step, 0x30000001u};
        const auto kept = quant::pruning_rule(top ? "top" : "sampled", "pruning")
                              .keep(ranges, std::int64_t{1} << shift, {choice.seed, choice.step, choice.tensor});
        const std::vector<GroupPruningOut> found = chosen(ranges, choice);
        std::size_t next = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
          const bool is_kept = next < kept.size() && kept[next].group == static_cast<std::int64_t>(i);
          CHECK(found[i].group.keep == is_kept);
          if (is_kept) CHECK(found[i].group.probability_q32 == kept[next++].probability_q32);
        }
        CHECK(next == kept.size());
      }
}

TEST_CASE("group_pruning: top keeps the largest, at least one, of equal ones the first, and nothing below 2^-100") {
  CHECK(kept_of_top({1, 4, 2, 4, 4, 0, 0, 3}, 2) ==
        std::vector<bool>{false, true, false, true, false, false, false, false});
  CHECK(kept_of_top({1, 2}, 3) == std::vector<bool>{false, true});
  CHECK(kept_of_top({2, 2, 2}, 0) == std::vector<bool>{true, true, true});
  CHECK(kept_of_top({0, 0x1p-101f, 0x1p-149f}, 1) == std::vector<bool>{false, false, false});
}

TEST_CASE("group_pruning: an infinity or a NaN anywhere marks all groups of its tensor and no other tensor") {
  for (const float special : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()})
    for (std::size_t at = 0; at < 3; ++at) {
      std::vector<float> ranges = {1, 2, 3};
      ranges[at] = special;
      std::vector<GroupPruningIn> inputs = elements_of(ranges, {});
      const std::vector<GroupPruningIn> next = elements_of({1, 2}, {});
      inputs.insert(inputs.end(), next.begin(), next.end());
      const std::vector<GroupPruningOut> found = make_group_pruning()->run(inputs, 5);
      require_same(found, group_pruning_twin(inputs));
      for (std::size_t i = 0; i < 5; ++i) CHECK(found[i].finite == (i >= 3));
    }
}

TEST_CASE("group_pruning: as many groups as fit, and a reset in any cycle of a tensor's way") {
  std::vector<float> ranges;
  for (int i = 0; i < 1 << kPruningGroupBits; ++i) ranges.push_back(static_cast<float>(1 + i * 37 % 50));
  chosen(ranges, {false, 2, 1, 2, 3});
  chosen(ranges, {true, 2, 1, 2, 3});
  const std::vector<GroupPruningIn> inputs = elements_of({3, 1, 2}, {false, 1, 1, 2, 3});
  const std::vector<GroupPruningOut> expected = group_pruning_twin(inputs);
  const UnitPtr<GroupPruningIn, GroupPruningOut> unit = make_group_pruning();
  for (std::int64_t cycles = 1; cycles <= timing::group_pruning_cycles(3, 3, false); ++cycles) {
    unit->run_for(inputs, cycles);
    unit->reset();
    require_same(unit->run(inputs, 3), expected);
  }
}

}  // namespace ampa::rtl
