// Cores inside a SystemC TLM-2.0 platform: a host, a core, an interconnect and a memory.
#pragma once

#include <memory>

#include "core/core_model.h"

namespace ampa::systemc {

// The core as processes at transaction level: any configuration.
std::unique_ptr<CoreModel> make_tlm_core(const platform::CoreConfig& config);

// The verilated core behind the same host and memory. Throws InputError if the configuration has not been verilated.
std::unique_ptr<CoreModel> make_rtl_core(const platform::CoreConfig& config);

}  // namespace ampa::systemc
