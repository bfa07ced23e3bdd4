// Runs random and directed jobs on a point's RTL and compares integers and cycles with the reference and the closed
// form.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "timing/hardware_point.h"

namespace ampa::systemc {

struct VerifyOptions {
  std::int64_t num_jobs = 1000;  // random ones; the directed ones come first and are not counted here
  std::uint64_t seed = 1;
  std::function<void(std::int64_t done, std::int64_t total)> on_progress;
};

struct VerifyReport {
  std::int64_t num_directed_jobs = 0, num_random_jobs = 0;
  std::int64_t num_macs = 0;
  std::int64_t num_cycles = 0;
  bool equal = true;
  std::string first_mismatch;  // job, element, expected, found and the operands' codes; empty if equal
};

// Stops at the first mismatch. Throws InputError if the point has no RTL model.
VerifyReport verify(const timing::HardwarePoint& point, const VerifyOptions& options);

}  // namespace ampa::systemc
