// How an engine of a core moves a burst to or from memory.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>

#include "rtl/core/core_status.h"
#include "tlm/core/burst_tag.h"
#include "tlm/core/watchdog.h"

namespace ampa::tlm {

// One burst at a time; called by one process. A burst that goes wrong is reported to `fail` and never comes back: the
// core resets the process that waits for it.
class Dma : public sc_core::sc_module {
 public:
  using Fail = std::function<void(rtl::CoreError)>;

  Dma(const sc_core::sc_module_name& name, std::int64_t port_bytes, Watchdog& watchdog, Fail fail);
  ~Dma() override;

  tlm_utils::simple_initiator_socket<Dma> socket;

  void clear() {
    beats_ = 0;
    is_waiting_ = false;
  }
  // `data` holds whole beats, less than 4 GiB: a payload's length has 32 bits. Returns in the cycle after the last one.
  void read(std::uint64_t address, std::uint8_t* data, std::int64_t beats);
  void write(std::uint64_t address, const std::uint8_t* data, std::int64_t beats);
  std::int64_t beats() const { return beats_; }  // moved since clear()

  void trace(sc_core::sc_trace_file* file, const std::string& name) const;

 private:
  void transfer(::tlm::tlm_command command, std::uint64_t address, std::uint8_t* data, std::int64_t beats);
  [[noreturn]] void give_up(rtl::CoreError error);

  std::int64_t port_bytes_;
  Watchdog& watchdog_;
  Fail fail_;
  ::tlm::tlm_generic_payload payload_;
  BurstTag tag_;
  std::int64_t beats_ = 0;
  bool is_waiting_ = false;  // for a burst
  std::uint64_t address_ = 0;
  sc_core::sc_event never_;
};

}  // namespace ampa::tlm
