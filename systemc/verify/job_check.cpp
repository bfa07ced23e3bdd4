#include "verify/job_check.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::verify {
namespace {

std::optional<std::string> compare_sums(const gemm::Accumulators& expected, const gemm::Accumulators& found) {
  if (found.rows != expected.rows || found.cols != expected.cols || found.is_wide() != expected.is_wide() ||
      found.narrow.size() != expected.narrow.size() || found.wide.size() != expected.wide.size())
    return fmt::format("expected {} x {} sums of {} bits, found {} x {} of {} bits", expected.rows, expected.cols,
                       expected.is_wide() ? 64 : 32, found.rows, found.cols, found.is_wide() ? 64 : 32);
  for (std::int64_t m = 0; m < expected.rows; ++m)
    for (std::int64_t n = 0; n < expected.cols; ++n)
      if (found.at(m, n) != expected.at(m, n))
        return fmt::format("sum ({}, {}): expected {}, found {}", m, n, expected.at(m, n), found.at(m, n));
  return std::nullopt;
}

std::string print(gemm::JobCycles cycles) {
  return fmt::format("{} compute and {} fill/drain cycles", cycles.compute, cycles.fill_drain);
}

std::optional<std::string> compare(const timing::HardwarePoint& point, const Step& step,
                                   const gemm::Accumulators& expected, const Outcome& found) {
  if (const auto difference = compare_sums(expected, found.sums)) return difference;
  return check_cycles(point, step.job().shape(), found);
}

}  // namespace

std::optional<std::string> check_cycles(const timing::HardwarePoint& point, const gemm::JobShape& shape,
                                        const Outcome& found) {
  const gemm::JobCycles closed_form = timing::job_cycles(point, shape);
  if (!found.cycles || !(*found.cycles == closed_form))
    return fmt::format("expected {}, found {}", print(closed_form), found.cycles ? print(*found.cycles) : "none");
  const rtl::StressCounts& counts = found.counts;
  if (counts.counted_stalls < counts.least_stalls || counts.counted_stalls > counts.most_stalls)
    return fmt::format("expected {} stalled cycles as injected, found {} counted",
                       counts.least_stalls == counts.most_stalls
                           ? fmt::format("{}", counts.least_stalls)
                           : fmt::format("{} .. {}", counts.least_stalls, counts.most_stalls),
                       counts.counted_stalls);
  if (found.counts.overflow) return "expected no overflow within the bound of K, found the flag set";
  return std::nullopt;
}

std::optional<std::string> check_step(const timing::HardwarePoint& point, const Step& step,
                                      const gemm::Accumulators& expected, Device& device, JobCounts* counts) {
  try {
    const Outcome found = device.run(step.job(), step.stress);
    if (auto difference = compare(point, step, expected, found)) return difference;
    if (counts != nullptr) *counts = {step.job().shape().macs(), found.cycles->total(), found.counts.counted_stalls};
    return std::nullopt;
  } catch (const RunError& error) {
    return error.what();
  }
}

std::optional<Difference> check_scenario(const timing::HardwarePoint& point, const Scenario& scenario,
                                         const MakeDevice& make_device, ExpectedSums& expected) {
  const std::unique_ptr<Device> device = make_device();
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const gemm::Accumulators sums = expected.of(scenario.steps[i].job());
    if (auto difference = check_step(point, scenario.steps[i], sums, *device)) return Difference{i, *difference};
  }
  return std::nullopt;
}

}  // namespace ampa::verify
