#include "tlm/core/core_target.h"

#include <cstring>

#include "tlm/core/job_checks.h"

namespace ampa::tlm {

using namespace core_registers;

CoreTarget::CoreTarget(const sc_core::sc_module_name& name, std::int64_t port_bytes)
    : sc_module(name),
      registers("registers"),
      done("done"),
      most_beats_(static_cast<std::uint64_t>(most_descriptor_beats(port_bytes))) {
  registers.register_b_transport(this, &CoreTarget::transport);
}

void CoreTarget::transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
  payload.set_response_status(access(payload));
}

::tlm::tlm_response_status CoreTarget::access(::tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  if (payload.get_byte_enable_ptr() != nullptr) return ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (address >= kEnd) return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (payload.get_data_length() != sizeof(std::uint64_t) || address % sizeof(std::uint64_t) != 0)
    return ::tlm::TLM_BURST_ERROR_RESPONSE;
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), &at(address), sizeof(std::uint64_t));
    return ::tlm::TLM_OK_RESPONSE;
  }
  if (!payload.is_write()) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
  std::uint64_t value = 0;
  std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
  return write(address, value) ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_COMMAND_ERROR_RESPONSE;
}

bool CoreTarget::write(std::uint64_t address, std::uint64_t value) {
  if (at(kStatus) == kBusy) return false;
  switch (address) {
    case kControl:
      if (value != 1 || at(kDescriptorBeats) == 0) return false;
      at(kStatus) = kBusy;
      done.write(false);
      start({at(kDescriptorAddress), static_cast<std::int64_t>(at(kDescriptorBeats)),
             static_cast<std::int64_t>(at(kWatchdog))});
      return true;
    case kDescriptorAddress:
      break;
    case kDescriptorBeats:
      if (value > most_beats_) return false;
      break;
    case kWatchdog:
      if (value > UINT32_MAX) return false;
      break;
    default:
      return false;
  }
  at(address) = value;
  return true;
}

void CoreTarget::finish(const rtl::CoreStatus& status) {
  const auto set = [this](std::uint64_t address, std::int64_t value) {
    at(address) = static_cast<std::uint64_t>(value);
  };
  set(kError, static_cast<std::int64_t>(status.error));
  set(kComputeCycles, status.run.cycles.compute);
  set(kFillDrainCycles, status.run.cycles.fill_drain);
  set(kOperandStallCycles, status.run.cycles.operand_stall);
  set(kWriteStallCycles, status.run.cycles.write_stall);
  set(kBytesRead, status.run.bytes_read);
  set(kBytesWritten, status.run.bytes_written);
  at(kStatus) = kDone;
  done.write(true);
}

}  // namespace ampa::tlm
