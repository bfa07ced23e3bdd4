#include "tlm/core/memory.h"

#include <algorithm>
#include <cstring>

#include "tlm/core/burst_tag.h"
#include "tlm/core/clock.h"

namespace ampa::tlm {

Memory::Memory(const sc_core::sc_module_name& name, std::int64_t port_bytes)
    : sc_module(name), socket("socket"), port_bytes_(port_bytes), timer_({}, port_bytes) {
  socket.register_b_transport(this, &Memory::transport);
  socket.register_transport_dbg(this, &Memory::transport_debug);
  socket.register_get_direct_mem_ptr(this, &Memory::get_direct_pointer);
}

void Memory::begin_job(const timing::MemorySettings& settings, const rtl::RunOptions& options) {
  timer_ = timing::BurstTimer(settings, port_bytes_);
  faults_ = options.faults;
  bursts_ = options.bursts;
  begin_cycle_ = current_cycle();
  burst_ = -1;
}

void Memory::resize(std::size_t bytes) {
  if (bytes <= bytes_.size()) return;
  socket->invalidate_direct_mem_ptr(0, ~std::uint64_t{0});
  bytes_.resize(bytes);
}

// The cycle in which the call is made is the one in which the request is taken.
void Memory::transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::int64_t length = payload.get_data_length(), taken = current_cycle() - begin_cycle_;
  ++burst_;
  delay = sc_core::SC_ZERO_TIME;
  if (length == 0 || length % port_bytes_ != 0 || payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (bursts_ != nullptr) bursts_->push_back({payload.is_write(), payload.get_address(), length / port_bytes_, taken});
  if (burst_ == faults_.late_burst) wait_forever(never_);
  auto* tag = payload.get_extension<BurstTag>();
  if (burst_ == faults_.tag_burst && tag != nullptr) tag->answered = tag->asked + 1;
  const bool is_refused = burst_ == faults_.error_burst;
  const bool is_seen_at_once = is_refused || (burst_ == faults_.tag_burst && payload.is_read());
  const std::int64_t beats =
      is_seen_at_once ? 1 : std::min(length / port_bytes_, beats_held(payload.get_address()) + 1);
  wait_until_cycle(begin_cycle_ + timer_.beat_cycle(taken, beats - 1) + 1);
  const bool is_moved = !is_refused && transport_debug(payload) == static_cast<unsigned int>(length);
  payload.set_response_status(is_moved     ? ::tlm::TLM_OK_RESPONSE
                              : is_refused ? ::tlm::TLM_GENERIC_ERROR_RESPONSE
                                           : ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

unsigned int Memory::transport_debug(::tlm::tlm_generic_payload& payload) {
  const unsigned int length = payload.get_data_length();
  if (!holds(payload.get_address(), length)) return 0;
  unsigned char* bytes = bytes_.data() + payload.get_address();
  if (payload.is_write())
    std::memcpy(bytes, payload.get_data_ptr(), length);
  else if (payload.is_read())
    std::memcpy(payload.get_data_ptr(), bytes, length);
  return length;
}

bool Memory::get_direct_pointer(::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi) {
  if (!holds(payload.get_address(), 1)) return false;
  dmi.init();
  dmi.set_dmi_ptr(bytes_.data());
  dmi.set_start_address(0);
  dmi.set_end_address(bytes_.size() - 1);
  dmi.allow_read_write();
  return true;
}

std::int64_t Memory::beats_held(std::uint64_t address) const {
  return address >= bytes_.size() ? 0 : static_cast<std::int64_t>(bytes_.size() - address) / port_bytes_;
}

bool Memory::holds(std::uint64_t address, std::uint64_t length) const {
  return address < bytes_.size() && length <= bytes_.size() - address;
}

}  // namespace ampa::tlm
