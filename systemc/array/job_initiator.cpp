#include "array/job_initiator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "array/packed_operand.h"
#include "array/register_map.h"
#include "common/error.h"
#include "timing/fused_formats.h"

namespace ampa::systemc {
namespace {

constexpr std::array<std::uint64_t, 3> kMemories{registers::kAMemory, registers::kBMemory, registers::kResultMemory};
constexpr std::size_t kStackBytes = std::size_t{1} << 20;

Packing packing_of(CodeFormat format, int macs) {
  const int code = timing::width_code(format.bits);
  return {macs, timing::mode_bits(code), timing::container_bits(code)};
}

int macs_of(const gemm::JobShape& shape) {
  return timing::fused_macs(timing::width_code(shape.a.bits), timing::width_code(shape.b.bits));
}

}  // namespace

JobInitiator::JobInitiator(const sc_core::sc_module_name& name, const timing::HardwarePoint& point)
    : sc_module(name), socket("socket"), rows_(point.rows), cols_(point.cols), direct_pointers_(kMemories.size()) {
  socket.register_invalidate_direct_mem_ptr(this, &JobInitiator::invalidate);
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
}

void JobInitiator::submit(const gemm::GemmJob& job, gemm::Accumulators& out) {
  job_ = &job;
  out_ = &out;
  shape_ = job.shape();
  cycles_ = {};
  submitted_.notify(sc_core::SC_ZERO_TIME);
}

gemm::JobCycles JobInitiator::finish() {
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (job_ != nullptr) throw RunError("array: expected the job to be done when the simulation rests, found it waiting");
  return cycles_;
}

// An exception must not leave a SystemC process; finish() carries it on.
void JobInitiator::serve() {
  while (true) {
    if (job_ == nullptr) wait(submitted_);
    try {
      run_job();
    } catch (const Error&) {
      error_ = std::current_exception();
    } catch (const std::bad_alloc&) {
      error_ = std::current_exception();
    }
    job_ = nullptr;
  }
}

void JobInitiator::run_job() {
  gemm::reset(*out_, shape_);
  write(registers::kControl, registers::kControlClearCounters);
  write(registers::kFormats,
        registers::formats_word(timing::width_code(shape_.a.bits), timing::width_code(shape_.b.bits),
                                shape_.a.is_signed, shape_.b.is_signed));
  const std::int64_t part_depth = numerics::max_accumulator_depth(shape_.a, shape_.b);
  const int macs = macs_of(shape_);
  for (std::int64_t begin = 0; begin < shape_.k; begin += part_depth) {
    const std::int64_t depth = std::min(part_depth, shape_.k - begin);
    run_part({begin, depth, (depth + macs - 1) / macs});
  }
  cycles_.compute = static_cast<std::int64_t>(read(registers::kComputeCycles));
  cycles_.fill_drain = static_cast<std::int64_t>(read(registers::kFillDrainCycles));
}

void JobInitiator::run_part(const Part& part) {
  write(registers::kSteps, static_cast<std::uint64_t>(part.steps));
  const std::vector<std::vector<std::uint32_t>> columns = pack_columns(part);
  const Packing packing = packing_of(shape_.a, macs_of(shape_));
  for (std::int64_t row = 0; row < shape_.m; row += rows_) {
    const std::int64_t num_rows = std::min(rows_, shape_.m - row);
    write(registers::kRows, static_cast<std::uint64_t>(num_rows));
    pack(job_->a, {row, num_rows, part.begin, part.depth}, packing, rows_, direct_pointer(0));
    for (std::int64_t col = 0; col < shape_.n; col += cols_) {
      const std::vector<std::uint32_t>& words = columns[static_cast<std::size_t>(col / cols_)];
      std::copy(words.begin(), words.end(), direct_pointer(1));
      run_tile(row, col);
    }
  }
}

std::vector<std::vector<std::uint32_t>> JobInitiator::pack_columns(const Part& part) const {
  std::vector<std::vector<std::uint32_t>> columns;
  const Packing packing = packing_of(shape_.b, macs_of(shape_));
  for (std::int64_t col = 0; col < shape_.n; col += cols_) {
    const std::int64_t num_cols = std::min(cols_, shape_.n - col);
    columns.emplace_back(static_cast<std::size_t>(part.steps * cols_));
    pack(job_->b, {col, num_cols, part.begin, part.depth}, packing, cols_, columns.back().data());
  }
  return columns;
}

// Runs the tile whose operands are loaded and adds its results to those of earlier parts.
void JobInitiator::run_tile(std::int64_t row, std::int64_t col) {
  const std::int64_t num_rows = std::min(rows_, shape_.m - row), num_cols = std::min(cols_, shape_.n - col);
  write(registers::kCols, static_cast<std::uint64_t>(num_cols));
  write(registers::kControl, registers::kControlStart);
  wait(local_time_);
  local_time_ = sc_core::SC_ZERO_TIME;
  const auto* results = reinterpret_cast<const std::int32_t*>(direct_pointer(2));
  for (std::int64_t r = 0; r < num_rows; ++r)
    for (std::int64_t c = 0; c < num_cols; ++c) {
      const auto i = static_cast<std::size_t>((row + r) * shape_.n + col + c);
      const std::int32_t sum = results[r * cols_ + c];
      if (out_->is_wide())
        out_->wide[i] += sum;
      else
        out_->narrow[i] = sum;
    }
}

void JobInitiator::write(std::uint64_t address, std::uint64_t value) {
  transport(tlm::TLM_WRITE_COMMAND, address, value);
}

std::uint64_t JobInitiator::read(std::uint64_t address) {
  std::uint64_t value = 0;
  transport(tlm::TLM_READ_COMMAND, address, value);
  return value;
}

void JobInitiator::transport(tlm::tlm_command command, std::uint64_t address, std::uint64_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof(value));
  payload.set_streaming_width(sizeof(value));
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  socket->b_transport(payload, local_time_);
  if (payload.is_response_error())
    throw RunError(fmt::format("array: register {:#x}: expected value {} to be accepted, found {}", address, value,
                               payload.get_response_string()));
}

std::uint32_t* JobInitiator::direct_pointer(std::size_t memory) {
  if (direct_pointers_[memory] == nullptr) {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(kMemories[memory]);
    tlm::tlm_dmi dmi;
    if (!socket->get_direct_mem_ptr(payload, dmi))
      throw RunError(fmt::format("array: memory {:#x}: expected direct access, found it refused", kMemories[memory]));
    direct_pointers_[memory] = reinterpret_cast<std::uint32_t*>(dmi.get_dmi_ptr());
  }
  return direct_pointers_[memory];
}

void JobInitiator::invalidate(sc_dt::uint64 begin, sc_dt::uint64 end) {
  for (std::size_t i = 0; i < kMemories.size(); ++i)
    if (kMemories[i] >= begin && kMemories[i] <= end) direct_pointers_[i] = nullptr;
}

}  // namespace ampa::systemc
