// The way of several initiators to one memory: one burst at a time.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <memory>
#include <systemc>
#include <vector>

namespace ampa::tlm {

// b_transport is granted in the middle of the first cycle in which the memory is free; of the ports that wait then, the
// one with the lowest number is first. transport_dbg and DMI pass at once.
class Interconnect : public sc_core::sc_module {
 public:
  using Port = tlm_utils::simple_target_socket_tagged<Interconnect>;

  Interconnect(const sc_core::sc_module_name& name, std::size_t num_ports);

  tlm_utils::simple_initiator_socket<Interconnect> memory;
  Port& port(std::size_t index) { return *ports_[index]; }

 private:
  void transport(int port, ::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned int transport_debug(int port, ::tlm::tlm_generic_payload& payload);
  bool get_direct_pointer(int port, ::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi);
  void invalidate(sc_dt::uint64 begin, sc_dt::uint64 end);
  bool is_first(std::size_t port) const;

  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<bool> waits_;
  bool is_busy_ = false;
  sc_core::sc_event freed_;
};

}  // namespace ampa::tlm
