// Compares what a device makes of a job with the reference and the closed form of its cycles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gemm/backend.h"
#include "timing/hardware_point.h"
#include "verify/verify.h"

namespace ampa::systemc {

// Nothing if sums and cycles are as expected, else one line: device, job, what differs, and the codes that were
// multiplied.
std::optional<std::string> check_job(const timing::HardwarePoint& point, const gemm::GemmJob& job,
                                     const gemm::Accumulators& expected, gemm::Backend& device,
                                     gemm::JobCycles* cycles = nullptr);

// verify() of any devices that claim to be the point; cycles are counted for the first.
VerifyReport verify_devices(const timing::HardwarePoint& point, const VerifyOptions& options,
                            const std::vector<gemm::Backend*>& devices);

}  // namespace ampa::systemc
