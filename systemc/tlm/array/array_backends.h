// The backends that run a GemmJob on an array inside a SystemC TLM-2.0 simulation.
#pragma once

#include <memory>

#include "gemm/backend.h"
#include "timing/hardware_point.h"

namespace ampa::tlm {

// Transaction-level model: the integers of the job, the cycles of timing::job_cycles spent as SystemC time.
std::unique_ptr<gemm::Backend> make_tlm_backend(const timing::HardwarePoint& point);

// The verilated array behind the same TLM-2.0 target: integers and cycles come from the RTL. Throws InputError if the
// point has no RTL model.
std::unique_ptr<gemm::Backend> make_rtl_backend(const timing::HardwarePoint& point);

}  // namespace ampa::tlm
