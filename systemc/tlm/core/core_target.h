// A core as its host sees it: registers behind a TLM-2.0 socket and a line that says that a job is done.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>

#include "rtl/core/core_status.h"
#include "tlm/core/core_registers.h"

namespace ampa::tlm {

// core_registers.h says what lies where. Accesses take no time; those that make no sense get an error response. A start
// after a job that ended in an error runs as one after a reset. What runs the job derives from this.
class CoreTarget : public sc_core::sc_module {
 public:
  CoreTarget(const sc_core::sc_module_name& name, std::int64_t port_bytes);

  tlm_utils::simple_target_socket<CoreTarget> registers;
  sc_core::sc_out<bool> done;  // up from the cycle after a job's last one to the next start

 protected:
  // The host has started a job in this cycle, its first; no process need wait for it yet.
  virtual void start(const rtl::CoreStart& start) = 0;
  // To be called in the cycle after the job's last one.
  void finish(const rtl::CoreStatus& status);

 private:
  void transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  ::tlm::tlm_response_status access(::tlm::tlm_generic_payload& payload);
  bool write(std::uint64_t address, std::uint64_t value);
  std::uint64_t& at(std::uint64_t address) { return values_[address / sizeof(std::uint64_t)]; }

  std::uint64_t most_beats_;  // that a descriptor can have
  std::array<std::uint64_t, core_registers::kEnd / sizeof(std::uint64_t)> values_{};
};

}  // namespace ampa::tlm
