#include "rtl/units/unit_checks.h"

#include <fmt/format.h>

#include "common/error.h"
#include "rtl/units/twins.h"
#include "rtl/units/units.h"

namespace ampa::rtl {
namespace {

template <class Out>
std::string first_difference(const std::string& name, const std::vector<Out>& found, const std::vector<Out>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!same(found[i], expected[i]))
      return fmt::format("{}: output {}: expected {}, found {}", name, i, describe(expected[i]), describe(found[i]));
  return "";
}

template <class In, class Out>
UnitCheck make_check(std::string name, std::function<UnitPtr<In, Out>()> make,
                     std::function<std::vector<In>(const StimulusPlan&)> draw,
                     std::function<std::vector<Out>(const std::vector<In>&)> twin) {
  const auto run = [=](const UnitPlan& plan) {
    UnitVerdict verdict;
    const std::vector<In> inputs = draw(plan.stimulus);
    const std::vector<Out> expected = twin(inputs);
    verdict.num_inputs = static_cast<std::int64_t>(inputs.size());
    verdict.num_outputs = static_cast<std::int64_t>(expected.size());
    try {
      const UnitPtr<In, Out> unit = make();
      if (plan.reset_after_cycles > 0) {
        const std::vector<Out> before = unit->run_for(inputs, plan.reset_after_cycles, plan.handshakes);
        if (before.size() > expected.size())
          throw MismatchError(fmt::format("{}: expected {} outputs, found more", name, expected.size()));
        verdict.mismatch = first_difference(
            name, before, {expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(before.size())});
        unit->reset();
      }
      const std::vector<Out> found = unit->run(inputs, expected.size(), plan.handshakes);
      verdict.num_cycles = unit->num_cycles();
      if (verdict.mismatch.empty()) verdict.mismatch = first_difference(name, found, expected);
    } catch (const MismatchError& error) {
      if (verdict.mismatch.empty()) verdict.mismatch = error.what();
    }
    return verdict;
  };
  return {std::move(name), run};
}

// The first outputs of one tensor that is longer than any run of it: both its words carry a count.
template <class In, class Out>
UnitCheck make_long_check(std::string name, std::function<UnitPtr<In, Out>()> make,
                          std::function<std::vector<In>(const StimulusPlan&)> draw,
                          std::function<std::vector<Out>(const std::vector<In>&)> twin) {
  const auto run = [=](const UnitPlan& plan) {
    constexpr std::size_t kOutputs = 60;
    UnitVerdict verdict;
    const std::vector<In> inputs = draw(plan.stimulus);
    std::vector<In> shortened = inputs;
    for (In& in : shortened) in.count = kOutputs;
    std::vector<Out> expected = twin(shortened);
    expected.resize(kOutputs);
    expected.back().last = false;
    verdict.num_inputs = static_cast<std::int64_t>(inputs.size());
    verdict.num_outputs = static_cast<std::int64_t>(kOutputs);
    try {
      const UnitPtr<In, Out> unit = make();
      verdict.mismatch = first_difference(name, unit->run_until(inputs, kOutputs, plan.handshakes), expected);
      verdict.num_cycles = unit->num_cycles();
    } catch (const MismatchError& error) {
      verdict.mismatch = error.what();
    }
    return verdict;
  };
  return {std::move(name), run};
}

UnitCheck philox_check(int rounds_per_cycle) {
  return make_check<PhiloxIn, PhiloxOut>(
      fmt::format("philox-{}", rounds_per_cycle), [=] { return make_philox(rounds_per_cycle); }, draw_philox,
      philox_twin);
}

UnitCheck random_stream_check(int rounds_per_cycle) {
  return make_check<RandomStreamIn, RandomStreamOut>(
      fmt::format("random_stream-{}", rounds_per_cycle), [=] { return make_random_stream(rounds_per_cycle); },
      draw_random_stream, random_stream_twin);
}

UnitCheck long_random_stream_check(int rounds_per_cycle) {
  return make_long_check<RandomStreamIn, RandomStreamOut>(
      fmt::format("random_stream-{}-long", rounds_per_cycle), [=] { return make_random_stream(rounds_per_cycle); },
      draw_long_random_stream, random_stream_twin);
}

UnitCheck bitpack_check(int word_bytes) {
  return make_check<BitpackIn, BitpackOut>(
      fmt::format("bitpack-{}", word_bytes), [=] { return make_bitpack(word_bytes); }, draw_bitpack,
      [=](const std::vector<BitpackIn>& inputs) { return bitpack_twin(inputs, word_bytes); });
}

UnitCheck bitunpack_check(int word_bytes) {
  return make_check<BitunpackIn, CodeOut>(
      fmt::format("bitunpack-{}", word_bytes), [=] { return make_bitunpack(word_bytes); },
      [=](const StimulusPlan& plan) { return draw_bitunpack(plan, word_bytes); },
      [=](const std::vector<BitunpackIn>& inputs) { return bitunpack_twin(inputs, word_bytes); });
}

UnitCheck width_switch_check(int word_bytes) {
  return make_check<WidthSwitchIn, BitpackOut>(
      fmt::format("width_switch-{}", word_bytes), [=] { return make_width_switch(word_bytes); },
      [=](const StimulusPlan& plan) { return draw_width_switch(plan, word_bytes); },
      [=](const std::vector<WidthSwitchIn>& inputs) { return width_switch_twin(inputs, word_bytes); });
}

UnitCheck long_bitunpack_check(int word_bytes) {
  return make_long_check<BitunpackIn, CodeOut>(
      fmt::format("bitunpack-{}-long", word_bytes), [=] { return make_bitunpack(word_bytes); }, draw_long_bitunpack,
      [=](const std::vector<BitunpackIn>& inputs) { return bitunpack_twin(inputs, word_bytes); });
}

}  // namespace

const std::vector<UnitCheck>& unit_checks() {
  static const std::vector<UnitCheck> checks = {
      make_check<Fp32In, AbsmaxOut>("absmax", make_absmax, draw_fp32, absmax_twin),
      make_check<Fp32In, MinmaxOut>("minmax", make_minmax, draw_fp32, minmax_twin),
      make_check<Fp32MulIn, Fp32Out>("fp32_mul", make_fp32_mul, draw_fp32_mul, fp32_mul_twin),
      make_check<QuantizeIn, QuantizeOut>("quantize", make_quantize, draw_quantize, quantize_twin),
      philox_check(1),
      philox_check(2),
      philox_check(5),
      philox_check(10),
      random_stream_check(1),
      random_stream_check(2),
      make_check<SensitivityIn, SensitivityOut>("sensitivity", make_sensitivity, draw_sensitivity, sensitivity_twin),
      make_check<AbsSumIn, AbsSumOut>("abs_sum", make_abs_sum, draw_abs_sum, abs_sum_twin),
      make_check<DequantizeIn, Fp32Out>("dequantize", make_dequantize, draw_dequantize, dequantize_twin),
      make_check<RequantizeIn, QuantizeOut>("requantize", make_requantize, draw_requantize, requantize_twin),
      make_check<DoubleRoundIn, CodeOut>("double_round", make_double_round, draw_double_round, double_round_twin),
      make_check<GroupAbsmaxIn, GroupAbsmaxOut>("group_absmax", make_group_absmax, draw_group_absmax,
                                                group_absmax_twin),
      make_check<Fp32In, SortedRange>("range_sort", make_range_sort, draw_range_sort, range_sort_twin),
      make_check<KeepGroupsIn, KeepGroupsOut>("keep_groups", make_keep_groups, draw_keep_groups, keep_groups_twin),
      make_check<GroupPruningIn, GroupPruningOut>("group_pruning", make_group_pruning, draw_group_pruning,
                                                  group_pruning_twin),
      long_random_stream_check(1),
      long_random_stream_check(2),
      bitpack_check(1),
      bitpack_check(4),
      bitpack_check(8),
      bitunpack_check(1),
      bitunpack_check(4),
      bitunpack_check(8),
      long_bitunpack_check(1),
      long_bitunpack_check(4),
      long_bitunpack_check(8),
      width_switch_check(1),
      width_switch_check(4),
      width_switch_check(8),
  };
  return checks;
}

}  // namespace ampa::rtl
