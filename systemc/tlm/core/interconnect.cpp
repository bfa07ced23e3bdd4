#include "tlm/core/interconnect.h"

#include <algorithm>
#include <string>

#include "tlm/core/clock.h"

namespace ampa::tlm {

Interconnect::Interconnect(const sc_core::sc_module_name& name, std::size_t num_ports)
    : sc_module(name), memory("memory"), waits_(num_ports) {
  memory.register_invalidate_direct_mem_ptr(this, &Interconnect::invalidate);
  for (std::size_t i = 0; i < num_ports; ++i) {
    ports_.push_back(std::make_unique<Port>(("port" + std::to_string(i)).c_str()));
    ports_.back()->register_b_transport(this, &Interconnect::transport, static_cast<int>(i));
    ports_.back()->register_transport_dbg(this, &Interconnect::transport_debug, static_cast<int>(i));
    ports_.back()->register_get_direct_mem_ptr(this, &Interconnect::get_direct_pointer, static_cast<int>(i));
  }
}

void Interconnect::transport(int port, ::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const auto index = static_cast<std::size_t>(port);
  // An initiator that is reset while it waits, or while its burst is under way, leaves the way to the others.
  struct Leave {
    Interconnect& interconnect;
    std::size_t index;
    bool has_bus = false;
    ~Leave() {
      interconnect.waits_[index] = false;
      if (has_bus) interconnect.is_busy_ = false;
      interconnect.freed_.notify();
    }
  } leave{*this, index};
  waits_[index] = true;
  wait_for_middle_of_cycle();
  while (is_busy_ || !is_first(index)) {
    sc_core::wait(freed_);
    wait_for_middle_of_cycle();
  }
  waits_[index] = false;
  is_busy_ = leave.has_bus = true;
  memory->b_transport(payload, delay);
}

bool Interconnect::is_first(std::size_t port) const {
  return std::find(waits_.begin(), waits_.end(), true) - waits_.begin() == static_cast<std::ptrdiff_t>(port);
}

unsigned int Interconnect::transport_debug(int /*port*/, ::tlm::tlm_generic_payload& payload) {
  return memory->transport_dbg(payload);
}

bool Interconnect::get_direct_pointer(int /*port*/, ::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi) {
  return memory->get_direct_mem_ptr(payload, dmi);
}

void Interconnect::invalidate(sc_dt::uint64 begin, sc_dt::uint64 end) {
  for (const auto& port : ports_) (*port)->invalidate_direct_mem_ptr(begin, end);
}

}  // namespace ampa::tlm
