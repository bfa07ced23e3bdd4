// The verilated core as a TLM-2.0 module.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <systemc>

#include "core/clocked_core.h"
#include "core/core_model.h"
#include "tlm_platform/core_target.h"
#include "tlm_platform/trigger.h"

namespace ampa::systemc {

// Its beats come from and go to the memory behind the socket, by DMI, in the cycles that CycleMemory gives; simulated
// time moves on when the job is done (nothing else of the platform runs meanwhile).
class RtlCore : public CoreTarget {
 public:
  SC_HAS_PROCESS(RtlCore);
  // Throws InputError if the configuration has not been verilated.
  RtlCore(const sc_core::sc_module_name& name, const platform::CoreConfig& config);

  tlm_utils::simple_initiator_socket<RtlCore> memory;

  // What the job that is started next meets.
  void begin_job(const platform::MemorySettings& settings, const RunOptions& options);

 protected:
  void start(const CoreStart& start) override;

 private:
  void serve();
  MemoryBytes memory_bytes();

  std::unique_ptr<ClockedCore> core_;
  platform::MemorySettings settings_;
  RunOptions options_;
  CoreStart job_start_;
  Trigger start_;
};

}  // namespace ampa::systemc
