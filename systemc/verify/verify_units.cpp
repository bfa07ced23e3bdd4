#include "verify/verify_units.h"

#include <fmt/format.h>

#include "common/error.h"
#include "verify/draw.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kLengths[] = {1, 30, 400};  // a tensor, some, many
constexpr int kNumLengths = 3, kNumHappenings = 4;

Cross unit_cross() {
  Cross cross{"streams",
              {{"back-pressure", {"none", "inputs", "outputs", "both"}},
               {"length", {"one tensor", "some", "many"}},
               {"event", {"one mode", "modes switch", "reset", "reset and switch"}}},
              {}};
  cross.counts.assign(kNumPressures * kNumLengths * kNumHappenings, 0);
  return cross;
}

UnitRun draw_run(Draw& draw, const std::vector<int>& labels) {
  const auto percent = [&](bool stalls) { return stalls ? static_cast<int>(draw.uniform(1, 18)) * 5 : 100; };
  UnitRun run;
  run.seed = draw.bits64();
  run.offer_percent = percent((labels[0] & 1) != 0);
  run.take_percent = percent((labels[0] & 2) != 0);
  run.num_inputs = kLengths[labels[1]];
  run.switch_modes = (labels[2] & 1) != 0;
  run.reset_after_cycles = labels[2] >= 2 ? draw.uniform(1, 2 * run.num_inputs) : 0;
  return run;
}

}  // namespace

rtl::UnitPlan UnitRun::plan() const {
  const auto pattern = [](std::uint64_t pattern_seed, int percent) {
    return percent == 100 ? rtl::CyclePattern{} : rtl::random_pattern(pattern_seed, percent);
  };
  return {{seed, num_inputs, switch_modes},
          {pattern(seed, offer_percent), pattern(seed + 1, take_percent)},
          reset_after_cycles};
}

std::string UnitRun::words() const {
  return fmt::format("stream of {} inputs, seed {}, {}, offered in {} % and taken in {} % of the cycles{}", num_inputs,
                     seed, switch_modes ? "modes switch" : "one mode", offer_percent, take_percent,
                     reset_after_cycles > 0 ? fmt::format(", reset after {} cycles", reset_after_cycles) : "");
}

UnitReport verify_unit(const rtl::UnitCheck& check, std::uint64_t seed, std::int64_t rounds) {
  UnitReport report{check.name, 0, 0, 0, 0, unit_cross(), {}};
  const auto num_bins = static_cast<std::int64_t>(report.cross.counts.size());
  for (std::int64_t index = 0; index < rounds * num_bins; ++index) {
    Draw draw(DrawPurpose::kUnit, seed, index);
    const auto bin = static_cast<std::size_t>(index % num_bins);
    const UnitRun run = draw_run(draw, report.cross.labels_of(bin));
    const rtl::UnitVerdict verdict = check.run(run.plan());
    if (!verdict.mismatch.empty()) {
      const UnitRun smallest = shrink(check, run);
      report.failure = UnitFailure{run, smallest, check.run(smallest.plan()).mismatch};
      return report;
    }
    ++report.cross.counts[bin];
    ++report.num_runs;
    report.num_inputs += verdict.num_inputs;
    report.num_outputs += verdict.num_outputs;
    report.num_cycles += verdict.num_cycles;
  }
  return report;
}

const rtl::UnitCheck& unit_from_string(const std::string& name) {
  std::string names;
  for (const rtl::UnitCheck& check : rtl::unit_checks()) {
    if (check.name == name) return check;
    names += (names.empty() ? "" : ", ") + check.name;
  }
  throw InputError(fmt::format("unit: expected one of {}, found '{}'", names, name));
}

UnitRun shrink(const rtl::UnitCheck& check, UnitRun run) {
  const auto attempt = [&](const auto& change) {
    UnitRun smaller = run;
    change(smaller);
    if (check.run(smaller.plan()).mismatch.empty()) return false;
    run = smaller;
    return true;
  };
  attempt([](UnitRun& r) { r.reset_after_cycles = 0; });
  attempt([](UnitRun& r) { r.offer_percent = 100; });
  attempt([](UnitRun& r) { r.take_percent = 100; });
  attempt([](UnitRun& r) { r.switch_modes = false; });
  for (std::int64_t step = run.num_inputs / 2; step >= 1; step /= 2)
    while (run.num_inputs > step && attempt([&](UnitRun& r) { r.num_inputs -= step; })) {
    }
  while (run.reset_after_cycles > 1 && attempt([](UnitRun& r) { r.reset_after_cycles /= 2; })) {
  }
  return run;
}

}  // namespace ampa::verify
