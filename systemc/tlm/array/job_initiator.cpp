#include "tlm/array/job_initiator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "common/ceil_div.h"
#include "common/error.h"
#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"
#include "tlm/array/register_map.h"

namespace ampa::tlm {
namespace {

constexpr std::array<std::uint64_t, 3> kMemories{registers::kAMemory, registers::kBMemory, registers::kResultMemory};
constexpr std::size_t kStackBytes = std::size_t{1} << 20;

}  // namespace

JobInitiator::JobInitiator(const sc_core::sc_module_name& name, const timing::HardwarePoint& point)
    : sc_module(name),
      socket("socket"),
      point_(point),
      rows_(point.rows),
      cols_(point.cols),
      num_places_(timing::result_places(point)),
      direct_pointers_(kMemories.size()) {
  socket.register_invalidate_direct_mem_ptr(this, &JobInitiator::invalidate);
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
}

void JobInitiator::submit(const gemm::GemmJob& job, gemm::Accumulators& out) {
  job_ = &job;
  out_ = &out;
  transposed_ = timing::is_transposed(point_.pe, job.a.format(), job.b.format());
  shape_ = timing::array_shape(point_, job.shape());
  usable_cols_ = timing::usable_cols(point_, shape_.a, shape_.b);
  packing_a_ = packing_of(point_, shape_.a, shape_.b, timing::Side::kA);
  packing_b_ = packing_of(point_, shape_.b, shape_.a, timing::Side::kB);
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
  gemm::reset(*out_, job_->shape());
  leaving_.clear();
  num_tiles_ = 0;
  write(registers::kControl, registers::kControlClearCounters);
  write(registers::kFormats, registers::formats_word(shape_.a, shape_.b));
  for (std::int64_t b = 0; b < shape_.batch; ++b) {
    gemm_ = job_->element(b);
    a_ = transposed_ ? &gemm_.b : &gemm_.a;
    b_ = transposed_ ? &gemm_.a : &gemm_.b;
    first_sum_ = b * shape_.m * shape_.n;
    run_gemm();
  }
  finish_run();
  cycles_.compute = static_cast<std::int64_t>(read(registers::kComputeCycles));
  cycles_.fill_drain = static_cast<std::int64_t>(read(registers::kFillDrainCycles));
}

void JobInitiator::run_gemm() {
  const timing::ArrayParts parts = timing::array_parts(point_, shape_);
  const std::int64_t macs = packing_a_.macs;
  for (std::int64_t i = 0; i < parts.count(); ++i) {
    const auto [begin, depth] = parts[i];
    const std::int64_t slices = ceil_div(depth, macs);
    const Part part{begin, depth, slices, depth - (slices - 1) * macs};
    if (point_.dataflow == timing::Dataflow::kWeightStationary)
      run_weight_stationary(part);
    else
      run_output_stationary(part);
  }
}

void JobInitiator::run_output_stationary(const Part& part) {
  write(registers::kSteps, static_cast<std::uint64_t>(part.slices));
  write(registers::kLastLanes, static_cast<std::uint64_t>(part.last_lanes));
  const std::vector<std::vector<std::uint32_t>> columns = pack_columns(part);
  for (std::int64_t row = 0; row < shape_.m; row += rows_) {
    const std::int64_t num_rows = std::min(rows_, shape_.m - row);
    write(registers::kRows, static_cast<std::uint64_t>(num_rows));
    const std::int64_t size = packing_a_.words;
    pack(*a_, {row, num_rows, part.begin, part.depth}, packing_a_,
         {size, packing_a_.planes * rows_ * size, rows_ * size}, direct_pointer(0));
    for (std::int64_t col = 0; col < shape_.n; col += usable_cols_) {
      const std::int64_t num_cols = std::min(usable_cols_, shape_.n - col);
      const std::vector<std::uint32_t>& words = columns[static_cast<std::size_t>(col / usable_cols_)];
      std::copy(words.begin(), words.end(), direct_pointer(1));
      write(registers::kCols, static_cast<std::uint64_t>(num_cols));
      overlap_tile({first_sum_, row, col, num_rows, num_cols, num_tiles_++ % num_places_});
    }
  }
}

std::vector<std::vector<std::uint32_t>> JobInitiator::pack_columns(const Part& part) const {
  std::vector<std::vector<std::uint32_t>> columns;
  for (std::int64_t col = 0; col < shape_.n; col += usable_cols_) {
    const std::int64_t num_cols = std::min(usable_cols_, shape_.n - col);
    const std::int64_t words = packing_b_.words;
    columns.emplace_back(static_cast<std::size_t>(part.slices * packing_b_.planes * cols_ * words));
    pack(*b_, {col, num_cols, part.begin, part.depth}, packing_b_,
         {words, packing_b_.planes * cols_ * words, cols_ * words}, columns.back().data());
  }
  return columns;
}

void JobInitiator::run_weight_stationary(const Part& part) {
  write(registers::kSteps, static_cast<std::uint64_t>(shape_.m));
  for (std::int64_t col = 0; col < shape_.n; col += cols_) {
    const std::int64_t num_cols = std::min(cols_, shape_.n - col);
    write(registers::kCols, static_cast<std::uint64_t>(num_cols));
    for (std::int64_t slice = 0; slice < part.slices; slice += rows_) run_block(part, col, slice);
    add_results({first_sum_, 0, col, shape_.m, num_cols, 0});
  }
}

// One block of slices by one block of outputs: a tile for every pair of planes.
void JobInitiator::run_block(const Part& part, std::int64_t col, std::int64_t slice) {
  const std::int64_t num_slices = std::min(rows_, part.slices - slice), num_cols = std::min(cols_, shape_.n - col);
  const std::int64_t macs = packing_a_.macs;
  const std::int64_t depth = std::min(num_slices * macs, part.depth - slice * macs);
  const std::int64_t begin = part.begin + slice * macs;
  write(registers::kRows, static_cast<std::uint64_t>(num_slices));
  write(registers::kLastLanes, static_cast<std::uint64_t>(depth - (num_slices - 1) * macs));
  pack(*a_, {0, shape_.m, begin, depth}, packing_a_, {packing_a_.planes * rows_, 1, rows_}, direct_pointer(0));
  pack(*b_, {col, num_cols, begin, depth}, packing_b_, {1, packing_b_.planes * cols_, cols_}, direct_pointer(1));
  for (int a_plane = 0; a_plane < packing_a_.planes; ++a_plane)
    for (int b_plane = 0; b_plane < packing_b_.planes; ++b_plane) {
      write(registers::kPlanes, static_cast<std::uint64_t>(a_plane | b_plane << 4));
      const bool is_first = slice == 0 && a_plane == 0 && b_plane == 0;
      run_tile(registers::kControlStart | (is_first ? 0 : registers::kControlAccumulate));
    }
}

void JobInitiator::run_tile(std::uint64_t control) {
  write(registers::kControl, control);
  wait(local_time_);
  local_time_ = sc_core::SC_ZERO_TIME;
}

// Runs the tile whose operands are loaded; the results of earlier ones are added when their place is wanted.
void JobInitiator::overlap_tile(const PlacedTile& tile) {
  if (static_cast<std::int64_t>(leaving_.size()) == num_places_) {
    add_results(leaving_.front());
    leaving_.pop_front();
  }
  write(registers::kResultPlace, static_cast<std::uint64_t>(tile.place));
  leaving_.push_back(tile);
  run_tile(registers::kControlStart);
}

void JobInitiator::finish_run() {
  run_tile(registers::kControlFinish);
  for (const PlacedTile& tile : leaving_) add_results(tile);
  leaving_.clear();
}

// Adds what is in the result memory to the results of earlier parts.
void JobInitiator::add_results(const PlacedTile& tile) {
  const auto* results = reinterpret_cast<const std::int32_t*>(direct_pointer(2)) + tile.place * rows_ * cols_;
  for (std::int64_t r = 0; r < tile.num_rows; ++r)
    for (std::int64_t c = 0; c < tile.num_cols; ++c) {
      const std::int64_t row = tile.row + r, col = tile.col + c;
      const auto i =
          static_cast<std::size_t>(tile.first_sum + (transposed_ ? col * shape_.m + row : row * shape_.n + col));
      const std::int32_t sum = results[r * cols_ + c];
      if (out_->is_wide())
        out_->wide[i] += sum;
      else
        out_->narrow[i] += sum;
    }
}

void JobInitiator::write(std::uint64_t address, std::uint64_t value) {
  transport(::tlm::TLM_WRITE_COMMAND, address, value);
}

std::uint64_t JobInitiator::read(std::uint64_t address) {
  std::uint64_t value = 0;
  transport(::tlm::TLM_READ_COMMAND, address, value);
  return value;
}

void JobInitiator::transport(::tlm::tlm_command command, std::uint64_t address, std::uint64_t& value) {
  ::tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof(value));
  payload.set_streaming_width(sizeof(value));
  payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  socket->b_transport(payload, local_time_);
  if (payload.is_response_error())
    throw RunError(fmt::format("array: register {:#x}: expected value {} to be accepted, found {}", address, value,
                               payload.get_response_string()));
}

std::uint32_t* JobInitiator::direct_pointer(std::size_t memory) {
  if (direct_pointers_[memory] == nullptr) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(::tlm::TLM_WRITE_COMMAND);
    payload.set_address(kMemories[memory]);
    ::tlm::tlm_dmi dmi;
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

}  // namespace ampa::tlm
