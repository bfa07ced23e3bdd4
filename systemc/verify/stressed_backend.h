// The RTL backend as it was when the bench saw it fail.
#pragma once

#include <memory>
#include <vector>

#include "gemm/backend.h"
#include "rtl/array/stress.h"
#include "timing/hardware_point.h"

namespace ampa::verify {

// Runs job i under stress[i], jobs beyond under none. run() throws MismatchError if the array's cycles, stalls or
// overflow flag are not as they must be; sums are left to the caller.
std::unique_ptr<gemm::Backend> make_stressed_backend(const timing::HardwarePoint& point,
                                                     std::vector<rtl::Stress> stress);

}  // namespace ampa::verify
