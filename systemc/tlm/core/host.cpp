#include "tlm/core/host.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "rtl/core/core_status.h"
#include "tlm/core/clock.h"
#include "tlm/core/core_registers.h"

namespace ampa::tlm {

using namespace core_registers;

namespace {

constexpr std::size_t kStackBytes = std::size_t{1} << 20;  // of what formats messages
constexpr std::size_t kMostBytes = std::size_t{1} << 30;   // of a payload, whose length has 32 bits

}  // namespace

Host::Host(const sc_core::sc_module_name& name, std::string core_name)
    : sc_module(name), memory("memory"), core("core"), done("done"), core_name_(std::move(core_name)) {
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
}

void Host::submit(rtl::JobImage& image, std::int64_t watchdog_cycles) {
  image_ = &image;
  watchdog_cycles_ = watchdog_cycles;
  submitted_.notify(sc_core::SC_ZERO_TIME);
}

timing::CoreRun Host::finish() {
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (is_waiting())
    throw RunError(
        fmt::format("core {}: expected the job to be done when the simulation rests, found it waiting", core_name_));
  return run_;
}

// An exception must not leave a SystemC process; finish() carries it on.
void Host::serve() {
  while (true) {
    if (image_ == nullptr) wait(submitted_);
    try {
      run_job();
    } catch (const Error&) {
      error_ = std::current_exception();
    }
    image_ = nullptr;
  }
}

void Host::run_job() {
  move_bytes(::tlm::TLM_WRITE_COMMAND, 0, image_->bytes.data(), image_->bytes.size());
  write(kDescriptorAddress, image_->descriptor);
  write(kDescriptorBeats, static_cast<std::uint64_t>(image_->descriptor_beats));
  write(kWatchdog, static_cast<std::uint64_t>(watchdog_cycles_));
  const std::int64_t begin = current_cycle();
  write(kControl, 1);
  wait(done.posedge_event());
  const std::int64_t elapsed = current_cycle() - begin;
  if (const auto error = static_cast<rtl::CoreError>(read(kError)); error != rtl::CoreError::kNone)
    throw RunError(fmt::format("core {}: {} (cycle {})", core_name_, to_string(error), elapsed));
  run_.cycles = {read(kComputeCycles), read(kFillDrainCycles), read(kOperandStallCycles), read(kWriteStallCycles)};
  run_.bytes_read = read(kBytesRead);
  run_.bytes_written = read(kBytesWritten);
  if (run_.cycles.total() != elapsed)
    throw RunError(fmt::format("core {}: expected counters to add up to the {} cycles that passed, found {}",
                               core_name_, elapsed, run_.cycles.total()));
  move_bytes(::tlm::TLM_READ_COMMAND, image_->results, image_->bytes.data() + image_->results, image_->result_bytes);
}

void Host::move_bytes(::tlm::tlm_command command, std::uint64_t address, std::uint8_t* bytes, std::size_t size) {
  ::tlm::tlm_generic_payload payload;
  payload.set_command(command);
  std::size_t moved = 0;
  for (std::size_t length = 1; moved < size && length > 0; moved += length) {
    payload.set_address(address + moved);
    payload.set_data_ptr(bytes + moved);
    payload.set_data_length(static_cast<unsigned int>(std::min(size - moved, kMostBytes)));
    length = memory->transport_dbg(payload);
  }
  if (moved != size)
    throw RunError(
        fmt::format("core {}: expected the memory to hold {} bytes at {}, found {}", core_name_, size, address, moved));
}

void Host::write(std::uint64_t address, std::uint64_t value) {
  access(::tlm::TLM_WRITE_COMMAND, address, value);
}

std::int64_t Host::read(std::uint64_t address) {
  std::uint64_t value = 0;
  access(::tlm::TLM_READ_COMMAND, address, value);
  return static_cast<std::int64_t>(value);
}

void Host::access(::tlm::tlm_command command, std::uint64_t address, std::uint64_t& value) {
  ::tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof(value));
  payload.set_streaming_width(sizeof(value));
  payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay;
  core->b_transport(payload, delay);
  if (payload.is_response_error())
    throw RunError(fmt::format("core {}: register {:#x}: expected value {} to be accepted, found {}", core_name_,
                               address, value, payload.get_response_string()));
}

}  // namespace ampa::tlm
