#include "tlm_platform/rtl_core.h"

#include "core/wave_path.h"
#include "tlm_platform/clock.h"

namespace ampa::systemc {
namespace {

constexpr std::size_t kStackBytes = std::size_t{1} << 20;  // what Verilator's code needs is not known

}  // namespace

RtlCore::RtlCore(const sc_core::sc_module_name& name, const platform::CoreConfig& config)
    : CoreTarget(name, config.port_bytes), memory("memory"), core_(make_clocked_core(config)) {
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
}

void RtlCore::begin_job(const platform::MemorySettings& settings, const RunOptions& options) {
  if (!options.wave_path.empty()) check_wave_path(options.wave_path);  // not in a process: it throws
  settings_ = settings;
  options_ = options;
}

void RtlCore::start(const CoreStart& start) {
  job_start_ = start;
  start_.call();
}

void RtlCore::serve() {
  while (true) {
    start_.wait();
    const ClockedRun run = core_->run(job_start_, memory_bytes(), settings_, options_);
    wait(cycles(run.num_cycles));
    finish(run.status);
  }
}

MemoryBytes RtlCore::memory_bytes() {
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(0);
  tlm::tlm_dmi dmi;
  if (!memory->get_direct_mem_ptr(payload, dmi)) return {};
  return {dmi.get_dmi_ptr(), static_cast<std::size_t>(dmi.get_end_address() + 1)};
}

}  // namespace ampa::systemc
