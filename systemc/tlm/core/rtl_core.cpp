#include "tlm/core/rtl_core.h"

#include "rtl/core/wave_path.h"
#include "tlm/core/clock.h"

namespace ampa::tlm {
namespace {

constexpr std::size_t kStackBytes = std::size_t{1} << 20;  // what Verilator's code needs is not known

}  // namespace

RtlCore::RtlCore(const sc_core::sc_module_name& name, const timing::CoreConfig& config)
    : CoreTarget(name, config.port_bytes), memory("memory"), core_(rtl::make_clocked_core(config)) {
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
}

void RtlCore::begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options) {
  if (!options.wave_path.empty()) rtl::check_wave_path(options.wave_path);  // not in a process: it throws
  settings_ = settings;
  options_ = options;
}

void RtlCore::start(const rtl::CoreStart& start) {
  job_start_ = start;
  start_.call();
}

void RtlCore::serve() {
  while (true) {
    start_.wait();
    const rtl::ClockedRun run = core_->run(job_start_, memory_bytes(), settings_, options_);
    wait(cycles(run.num_cycles));
    finish(run.status);
  }
}

rtl::MemoryBytes RtlCore::memory_bytes() {
  ::tlm::tlm_generic_payload payload;
  payload.set_command(::tlm::TLM_WRITE_COMMAND);
  payload.set_address(0);
  ::tlm::tlm_dmi dmi;
  if (!memory->get_direct_mem_ptr(payload, dmi)) return {};
  return {dmi.get_dmi_ptr(), static_cast<std::size_t>(dmi.get_end_address() + 1)};
}

}  // namespace ampa::tlm
