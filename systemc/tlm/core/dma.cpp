#include "tlm/core/dma.h"

#include <limits>
#include <utility>

#include "tlm/core/clock.h"

namespace ampa::tlm {

Dma::Dma(const sc_core::sc_module_name& name, std::int64_t port_bytes, Watchdog& watchdog, Fail fail)
    : sc_module(name), socket("socket"), port_bytes_(port_bytes), watchdog_(watchdog), fail_(std::move(fail)) {
  payload_.set_extension(&tag_);
}

Dma::~Dma() {
  payload_.clear_extension(&tag_);
}

void Dma::read(std::uint64_t address, std::uint8_t* data, std::int64_t beats) {
  transfer(::tlm::TLM_READ_COMMAND, address, data, beats);
}

void Dma::write(std::uint64_t address, const std::uint8_t* data, std::int64_t beats) {
  transfer(::tlm::TLM_WRITE_COMMAND, address, const_cast<std::uint8_t*>(data), beats);  // a payload has no const data
}

void Dma::transfer(::tlm::tlm_command command, std::uint64_t address, std::uint8_t* data, std::int64_t beats) {
  if (beats * port_bytes_ > std::numeric_limits<unsigned int>::max()) give_up(rtl::CoreError::kLimits);
  const auto length = static_cast<unsigned int>(beats * port_bytes_);
  payload_.set_command(command);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(length);
  payload_.set_streaming_width(length);
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  tag_.answered = ++tag_.asked;
  sc_core::sc_time delay;
  address_ = address;
  is_waiting_ = true;
  watchdog_.begin_burst(beats);
  socket->b_transport(payload_, delay);
  watchdog_.end_burst(beats);
  is_waiting_ = false;
  if (payload_.is_response_error()) give_up(rtl::CoreError::kMemory);
  if (command == ::tlm::TLM_READ_COMMAND && tag_.answered != tag_.asked) give_up(rtl::CoreError::kOrder);
  beats_ += beats;
}

void Dma::trace(sc_core::sc_trace_file* file, const std::string& name) const {
  sc_core::sc_trace(file, is_waiting_, name + "_waiting");
  sc_core::sc_trace(file, address_, name + "_address");
  sc_core::sc_trace(file, beats_, name + "_beats");
}

void Dma::give_up(rtl::CoreError error) {
  fail_(error);
  wait_forever(never_);
}

}  // namespace ampa::tlm
