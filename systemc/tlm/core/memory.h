// The memory of a platform: a TLM-2.0 target that holds a job's image and takes the time that its settings say.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <vector>

#include "rtl/core/core_model.h"
#include "timing/memory_settings.h"

namespace ampa::tlm {

// b_transport moves a burst of whole beats, one at a time (the interconnect sees to that), and returns in the cycle
// after its last beat, or after the one that goes wrong. Addresses from 0 to the size; others get an address error.
// transport_dbg and DMI take no time.
class Memory : public sc_core::sc_module {
 public:
  Memory(const sc_core::sc_module_name& name, std::int64_t port_bytes);

  tlm_utils::simple_target_socket<Memory> socket;

  // A job begins in this cycle: gaps, and the bursts of the faults, count from here.
  void begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options);

  // Makes room for at least so many bytes.
  void resize(std::size_t bytes);

 private:
  void transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned int transport_debug(::tlm::tlm_generic_payload& payload);
  bool get_direct_pointer(::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi);
  std::int64_t beats_held(std::uint64_t address) const;  // from there to the end
  bool holds(std::uint64_t address, std::uint64_t length) const;

  std::int64_t port_bytes_;
  timing::BurstTimer timer_;
  rtl::MemoryFaults faults_;
  std::vector<rtl::BurstRecord>* bursts_ = nullptr;
  std::int64_t begin_cycle_ = 0, burst_ = -1;
  std::vector<unsigned char> bytes_;
  sc_core::sc_event never_;
};

}  // namespace ampa::tlm
