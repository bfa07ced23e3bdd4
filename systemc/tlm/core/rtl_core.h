// The verilated core as a TLM-2.0 module.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <systemc>

#include "rtl/core/clocked_core.h"
#include "rtl/core/core_model.h"
#include "tlm/core/core_target.h"
#include "tlm/core/trigger.h"

namespace ampa::tlm {

// Its beats come from and go to the memory behind the socket, by DMI, in the cycles that CycleMemory gives; simulated
// time moves on when the job is done (nothing else of the platform runs meanwhile).
class RtlCore : public CoreTarget {
 public:
  SC_HAS_PROCESS(RtlCore);
  // Throws InputError if the configuration has not been verilated.
  RtlCore(const sc_core::sc_module_name& name, const timing::CoreConfig& config);

  tlm_utils::simple_initiator_socket<RtlCore> memory;

  // What the job that is started next meets.
  void begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options);

 protected:
  void start(const rtl::CoreStart& start) override;

 private:
  void serve();
  rtl::MemoryBytes memory_bytes();

  std::unique_ptr<rtl::ClockedCore> core_;
  timing::MemorySettings settings_;
  rtl::RunOptions options_;
  rtl::CoreStart job_start_;
  Trigger start_;
};

}  // namespace ampa::tlm
