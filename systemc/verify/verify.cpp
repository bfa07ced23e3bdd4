#include "verify/verify.h"

#include <algorithm>

#include "common/error.h"
#include "verify/job_check.h"
#include "verify/job_generator.h"
#include "verify/overflow_check.h"
#include "verify/refusal_check.h"
#include "verify/shrink.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kMaxScenarios = INT64_MAX;

class PointBench {
 public:
  PointBench(const timing::HardwarePoint& point, const VerifyOptions& options, std::vector<MakeDevice> devices)
      : space_(point), options_(options), devices_(std::move(devices)), report_{point.name,       {}, 0, 0, 0,
                                                                                Coverage(space_), {}, {}} {}

  VerifyReport run() {
    if (options_.directed) run_stage("directed", directed_scenarios(space_));
    if (options_.exhaustive && run_stage("exhaustive", exhaustive_scenarios(space_)))
      report_.num_code_pairs = count_code_pairs();
    if (options_.covering) run_stage("covering", covering_scenarios(space_, options_.seed));
    run_stage("random",
              {options_.num_random, [this](auto index) { return random_scenario(space_, options_.seed, index); }});
    for (const RecordedJobs& recorded : options_.recorded) run_stage(recorded.name, recorded_scenarios(recorded));
    if (options_.min_large_macs > 0)
      run_stage("large", {kMaxScenarios, [this](auto index) { return large_scenario(space_, options_.seed, index); }},
                options_.min_large_macs);
    report_.num_reference_macs = expected_.num_reference_macs();
    return std::move(report_);
  }

 private:
  // Runs scenarios until all, or enough multiply-accumulates, are done. False after a failure, here or before.
  bool run_stage(const std::string& name, const ScenarioSet& scenarios, std::int64_t enough_macs = INT64_MAX) {
    if (!report_.equal()) return false;
    report_.stages.push_back({name, 0, 0, 0, 0, 0});
    StageReport& stage = report_.stages.back();
    for (std::int64_t i = 0; i < scenarios.count && stage.num_macs < enough_macs; ++i) {
      const Scenario scenario = scenarios.make(i);
      const std::size_t num_devices = enough_macs < INT64_MAX ? 1 : devices_.size();  // long runs are for the RTL
      for (std::size_t device = 0; device < num_devices; ++device)
        if (!run_scenario(scenario, devices_[device], device == 0 ? &stage : nullptr)) return false;
      if (!options_.on_progress) continue;
      if (enough_macs < INT64_MAX)
        options_.on_progress(name, stage.num_macs, enough_macs);
      else
        options_.on_progress(name, i + 1, scenarios.count);
    }
    return true;
  }

  // Counted in `stage` and the coverage if `stage` is given.
  bool run_scenario(const Scenario& scenario, const MakeDevice& make_device, StageReport* stage) {
    const std::unique_ptr<Device> device = make_device();
    std::optional<gemm::JobShape> previous;
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
      const Step& step = scenario.steps[i];
      const auto& recorded = step.generated->recorded;
      const gemm::Accumulators sums = expected_.of(step.job(), recorded ? &*recorded : nullptr);
      JobCounts counts;
      if (const auto difference = check_step(space_.point(), step, sums, *device, &counts)) {
        fail(scenario, {i, *difference}, make_device, std::string(device->name()));
        return false;
      }
      const gemm::JobShape shape = step.job().shape();
      if (stage != nullptr) {
        report_.coverage.add(shape, step.stress, previous ? &*previous : nullptr);
        ++stage->num_jobs;
        stage->num_macs += counts.macs;
        stage->num_cycles += counts.cycles;
        stage->num_stalls += counts.stalls;
      }
      previous = shape;
    }
    if (stage != nullptr) ++stage->num_scenarios;
    return true;
  }

  void fail(const Scenario& scenario, const Difference& difference, const MakeDevice& make_device,
            const std::string& device) {
    const Fails fails = [&](const Scenario& smaller) {
      try {
        return check_scenario(space_.point(), smaller, make_device, expected_).has_value();
      } catch (const InputError&) {
        return false;  // a format that the point does not run
      }
    };
    Shrunk shrunk = shrink(scenario, fails);
    const auto last = check_scenario(space_.point(), shrunk.scenario, make_device, expected_);
    report_.failure = Failure{device,
                              scenario.name,
                              difference.text,
                              std::move(shrunk.scenario),
                              last ? *last : Difference{difference.step, "does not fail when run again"},
                              shrunk.num_runs};
  }

  std::int64_t count_code_pairs() const {
    std::int64_t pairs = 0;
    for (const CodeFormat a : space_.formats())
      for (const CodeFormat b : space_.formats()) pairs += std::int64_t{a.num_codes()} * b.num_codes();
    return pairs;
  }

  static ScenarioSet recorded_scenarios(const RecordedJobs& recorded) {
    return {recorded.count, [&recorded](std::int64_t index) {
              Scenario scenario;
              Step step;
              step.generated = recorded.load(index);
              scenario.name = recorded.name + ": " + step.generated->name;
              scenario.steps.push_back(std::move(step));
              return scenario;
            }};
  }

  PointSpace space_;
  const VerifyOptions& options_;
  std::vector<MakeDevice> devices_;
  ExpectedSums expected_;
  VerifyReport report_;
};

}  // namespace

StageReport VerifyReport::total() const {
  StageReport sum{"total", 0, 0, 0, 0, 0};
  for (const StageReport& stage : stages) {
    sum.num_scenarios += stage.num_scenarios;
    sum.num_jobs += stage.num_jobs;
    sum.num_macs += stage.num_macs;
    sum.num_cycles += stage.num_cycles;
    sum.num_stalls += stage.num_stalls;
  }
  return sum;
}

VerifyReport verify_device(const timing::HardwarePoint& point, const VerifyOptions& options, const MakeDevice& device) {
  return PointBench(point, options, {device}).run();
}

VerifyReport verify(const timing::HardwarePoint& point, const VerifyOptions& options) {
  VerifyReport report = PointBench(point, options, {rtl_device(point), tlm_device(point)}).run();
  if (report.equal()) report.overflow_failure = check_overflow(point, report.num_overflow_tiles);
  if (report.equal()) report.overflow_failure = check_refusals(point, report.num_overflow_tiles);
  return report;
}

}  // namespace ampa::verify
