// Cores inside a SystemC TLM-2.0 platform: a host, a core, an interconnect and a memory.
#pragma once

#include <memory>

#include "rtl/core/core_model.h"

namespace ampa::tlm {

// The core as processes at transaction level: any configuration.
std::unique_ptr<rtl::CoreModel> make_tlm_core(const timing::CoreConfig& config);

// The verilated core behind the same host and memory. Throws InputError if the configuration has not been verilated.
std::unique_ptr<rtl::CoreModel> make_rtl_core(const timing::CoreConfig& config);

}  // namespace ampa::tlm
