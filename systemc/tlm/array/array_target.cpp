#include "tlm/array/array_target.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "timing/grid_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::tlm {
namespace {

// Whether a formats word is one that the point runs.
bool is_format(const timing::HardwarePoint& point, std::uint64_t word) {
  const CodeFormat a = registers::a_format(word), b = registers::b_format(word);
  return registers::formats_word(a, b) == word && timing::is_supported(point.pe, a) &&
         timing::is_supported(point.pe, b);
}

}  // namespace

ArrayTarget::ArrayTarget(const sc_core::sc_module_name& name, const timing::HardwarePoint& point,
                         std::unique_ptr<rtl::ArrayModel> model, sc_core::sc_time clock_period)
    : sc_module(name),
      socket("socket"),
      point_(point),
      rows_(point.rows),
      cols_(point.cols),
      model_(std::move(model)),
      clock_period_(std::move(clock_period)) {
  memories_[0].base = registers::kAMemory;
  memories_[1].base = registers::kBMemory;
  memories_[2].base = registers::kResultMemory;
  num_places_ = timing::result_places(point);
  if (!memories_[2].words.grow(static_cast<std::size_t>(num_places_ * rows_ * cols_))) throw std::bad_alloc();
  socket.register_b_transport(this, &ArrayTarget::transport);
  socket.register_transport_dbg(this, &ArrayTarget::transport_debug);
  socket.register_get_direct_mem_ptr(this, &ArrayTarget::get_direct_pointer);
}

void ArrayTarget::transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  } else if (payload.get_address() < registers::kEnd) {
    payload.set_response_status(access_register(payload, delay));
  } else {
    const bool is_done = transport_debug(payload) == payload.get_data_length();
    payload.set_response_status(is_done ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
}

unsigned int ArrayTarget::transport_debug(::tlm::tlm_generic_payload& payload) {
  const unsigned int length = payload.get_data_length();
  Memory* memory = memory_at(payload.get_address(), length);
  if (memory == nullptr) return 0;
  unsigned char* bytes = memory->bytes() + (payload.get_address() - memory->base);
  if (payload.is_write())
    std::memcpy(bytes, payload.get_data_ptr(), length);
  else if (payload.is_read())
    std::memcpy(payload.get_data_ptr(), bytes, length);
  return length;
}

bool ArrayTarget::get_direct_pointer(::tlm::tlm_generic_payload& payload, ::tlm::tlm_dmi& dmi) {
  Memory* memory = memory_at(payload.get_address(), 1);
  if (memory == nullptr) return false;
  dmi.init();
  dmi.set_dmi_ptr(memory->bytes());
  dmi.set_start_address(memory->base);
  dmi.set_end_address(memory->end() - 1);
  dmi.allow_read_write();
  return true;
}

ArrayTarget::Memory* ArrayTarget::memory_at(std::uint64_t address, std::uint64_t length) {
  for (Memory& memory : memories_)
    if (address >= memory.base && address < memory.end() && length <= memory.end() - address) return &memory;
  return nullptr;
}

::tlm::tlm_response_status ArrayTarget::access_register(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  if (payload.get_data_length() != sizeof(std::uint64_t) || address % sizeof(std::uint64_t) != 0)
    return ::tlm::TLM_BURST_ERROR_RESPONSE;
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), &at(address), sizeof(std::uint64_t));
    return ::tlm::TLM_OK_RESPONSE;
  }
  if (!payload.is_write()) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
  std::uint64_t value = 0;
  std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
  if (address == registers::kControl) return write_control(value, delay);
  return write_register(address, value) ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_COMMAND_ERROR_RESPONSE;
}

::tlm::tlm_response_status ArrayTarget::write_control(std::uint64_t value, sc_core::sc_time& delay) {
  if ((value & registers::kControlClearCounters) != 0)
    for (const std::uint64_t counter : {registers::kStatus, registers::kComputeCycles, registers::kFillDrainCycles})
      at(counter) = 0;
  tile_.accumulate = (value & registers::kControlAccumulate) != 0;
  const bool starts = (value & registers::kControlStart) != 0, finishes = (value & registers::kControlFinish) != 0;
  if (!starts && !finishes) return ::tlm::TLM_OK_RESPONSE;
  if (starts && !describe_tile()) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
  at(registers::kError) = registers::kNoError;
  if (starts) {
    run_formats_ = at(registers::kFormats);
    at(registers::kStatus) += 1;
    run([this] { return model_->run_tile(tile_); }, delay);
  }
  if (finishes) {
    run_formats_ = 0;
    if (at(registers::kError) == registers::kNoError) run([this] { return model_->finish(); }, delay);
  }
  return at(registers::kError) == registers::kNoError ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_GENERIC_ERROR_RESPONSE;
}

bool ArrayTarget::write_register(std::uint64_t address, std::uint64_t value) {
  const auto is_within = [value](std::int64_t limit) {
    return value >= 1 && value <= static_cast<std::uint64_t>(limit);
  };
  switch (address) {
    case registers::kFormats:
      if (!is_format(point_, value)) return false;
      break;
    case registers::kLastLanes:
      if (!is_within(timing::kLanes)) return false;
      break;
    case registers::kPlanes:
      if ((value & ~std::uint64_t{0x77}) != 0) return false;
      break;
    case registers::kSteps:
      if (!set_steps(value)) return false;
      break;
    case registers::kResultPlace:
      if (value >= static_cast<std::uint64_t>(num_places_)) return false;
      break;
    case registers::kRows:
      if (!is_within(rows_)) return false;
      break;
    case registers::kCols:
      if (!is_within(cols_)) return false;
      break;
    default:
      return false;
  }
  at(address) = value;
  return true;
}

bool ArrayTarget::set_steps(std::uint64_t steps) {
  const std::uint64_t formats = at(registers::kFormats);
  if (steps < 1 || steps > UINT32_MAX || formats == 0) return false;
  const auto rows = static_cast<std::uint64_t>(rows_), cols = static_cast<std::uint64_t>(cols_);
  const auto words_of = [this](CodeFormat format, timing::Side side) {
    return static_cast<std::uint64_t>(timing::num_planes(point_.pe, format, side) * timing::num_words(point_.pe, side));
  };
  const std::uint64_t a_words = words_of(registers::a_format(formats), timing::Side::kA);
  const std::uint64_t b_words = words_of(registers::b_format(formats), timing::Side::kB);
  const bool is_ws = point_.dataflow == timing::Dataflow::kWeightStationary;
  return make_room(memories_[0], steps * a_words * rows) &&
         make_room(memories_[1], (is_ws ? rows : steps) * b_words * cols) &&
         make_room(memories_[2], (is_ws ? steps : rows * static_cast<std::uint64_t>(num_places_)) * cols);
}

// The memories only grow; direct pointers into them end then.
bool ArrayTarget::make_room(Memory& memory, std::uint64_t words) {
  if (words > registers::kMemoryWindow / sizeof(std::uint32_t)) return false;
  if (memory.words.size() >= words) return true;
  socket->invalidate_direct_mem_ptr(memory.base, memory.base + registers::kMemoryWindow - 1);
  return memory.words.grow(words);
}

// False if the registers describe none: something is not set, or the formats do not have it.
bool ArrayTarget::describe_tile() {
  for (const std::uint64_t size : {registers::kSteps, registers::kRows, registers::kCols, registers::kLastLanes})
    if (at(size) == 0) return false;
  if (!set_steps(at(registers::kSteps))) return false;
  const timing::PeFormats& pe = timing::pe_formats(point_.pe);
  if (pe.is_grid && run_formats_ != 0 && run_formats_ != at(registers::kFormats)) return false;
  tile_.a = registers::a_format(at(registers::kFormats));
  tile_.b = registers::b_format(at(registers::kFormats));
  tile_.last_lanes = static_cast<std::int64_t>(at(registers::kLastLanes));
  tile_.a_plane = static_cast<int>(at(registers::kPlanes) & 7);
  tile_.b_plane = static_cast<int>(at(registers::kPlanes) >> 4 & 7);
  tile_.steps = static_cast<std::int64_t>(at(registers::kSteps));
  tile_.rows = static_cast<std::int64_t>(at(registers::kRows));
  tile_.cols = static_cast<std::int64_t>(at(registers::kCols));
  tile_.a_words = memories_[0].words.data();
  tile_.b_words = memories_[1].words.data();
  const auto place = static_cast<std::int64_t>(at(registers::kResultPlace));
  tile_.results = reinterpret_cast<std::int32_t*>(memories_[2].words.data()) + place * rows_ * cols_;
  if (tile_.last_lanes > pe.macs(tile_.a, tile_.b)) return false;
  if (tile_.cols > timing::usable_cols(point_, tile_.a, tile_.b)) return false;
  if (pe.grid.max_steps > 0 && tile_.steps > pe.grid.max_steps) return false;
  return point_.dataflow == timing::Dataflow::kOutputStationary ||
         (tile_.a_plane < pe.planes(tile_.a) && tile_.b_plane < pe.planes(tile_.b));
}

// What the model throws ends here: no exception leaves a target.
void ArrayTarget::run(const std::function<gemm::JobCycles()>& work, sc_core::sc_time& delay) {
  gemm::JobCycles cycles;
  fault_.clear();
  try {
    cycles = work();
  } catch (const rtl::SumOverflow& overflow) {
    at(registers::kError) = registers::kOverflowError;
    cycles = overflow.cycles();
    fault_ = overflow.what();
  } catch (const std::exception& exception) {
    at(registers::kError) = registers::kFaultError;
    fault_ = exception.what();
  }
  if (at(registers::kError) != registers::kNoError) {
    const bool is_ws = point_.dataflow == timing::Dataflow::kWeightStationary;
    std::fill_n(memories_[2].words.data(), (is_ws ? tile_.steps : num_places_ * rows_) * cols_, 0u);
  }
  at(registers::kComputeCycles) += static_cast<std::uint64_t>(cycles.compute);
  at(registers::kFillDrainCycles) += static_cast<std::uint64_t>(cycles.fill_drain);
  delay += clock_period_ * static_cast<double>(cycles.total());
}

}  // namespace ampa::tlm
