// Compares what a device makes of a job with the reference and the closed form of its cycles.
#pragma once

#include <optional>
#include <string>

#include "verify/device.h"
#include "verify/expected_sums.h"
#include "verify/scenario.h"

namespace ampa::verify {

struct JobCounts {
  std::int64_t macs = 0;
  std::int64_t cycles = 0;  // without stalls
  std::int64_t stalls = 0;
};

// Nothing if the cycles are the closed form of the job, the stalls those that were injected and no accumulator
// overflowed; else what differs, on one line.
std::optional<std::string> check_cycles(const timing::HardwarePoint& point, const gemm::JobShape& shape,
                                        const Outcome& found);

// Runs the step on the device. Nothing if sums are as expected and check_cycles finds nothing; else what
// differs, on one line.
std::optional<std::string> check_step(const timing::HardwarePoint& point, const Step& step,
                                      const gemm::Accumulators& expected, Device& device, JobCounts* counts = nullptr);

// Runs all steps on a fresh device. The first difference, and the step it is in.
struct Difference {
  std::size_t step = 0;
  std::string text;
};
std::optional<Difference> check_scenario(const timing::HardwarePoint& point, const Scenario& scenario,
                                         const MakeDevice& make_device, ExpectedSums& expected);

}  // namespace ampa::verify
