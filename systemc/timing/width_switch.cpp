#include "timing/width_switch.h"

#include <algorithm>

#include "common/ceil_div.h"
#include "numerics/bit_packing.h"

namespace ampa::timing {
namespace {

constexpr std::int64_t kLaneWordBytes = 8;

// The port of a memory, as bursts follow each other on it.
class Port {
 public:
  Port(const CoreConfig& config, const MemorySettings& memory)
      : timer_(memory, config.port_bytes), port_bytes_(config.port_bytes) {}

  // The first cycle after a burst of so many bytes that is asked for in cycle `from` or later.
  std::int64_t burst(std::int64_t from, std::int64_t bytes) {
    free_ = timer_.beat_cycle(std::max(from, free_), ceil_div(bytes, port_bytes_) - 1) + 1;
    return free_;
  }
  std::int64_t beat_bytes(std::int64_t bytes) const { return ceil_div(bytes, port_bytes_) * port_bytes_; }
  std::int64_t free_cycle() const { return free_; }

 private:
  BurstTimer timer_;
  std::int64_t port_bytes_;
  std::int64_t free_ = 0;
};

// The pieces of all tensors, in codes.
std::vector<std::int64_t> pieces(const std::vector<std::int64_t>& num_codes, std::int64_t most) {
  std::vector<std::int64_t> list;
  for (const std::int64_t codes : num_codes)
    for (std::int64_t done = 0; done < codes; done += most) list.push_back(std::min(most, codes - done));
  return list;
}

std::int64_t codes_of(std::int64_t bytes, Bits bits) {
  return bytes * 8 / numerics::storage_bits(bits);
}

// A half of a scratchpad that is free from a cycle on.
class Halves {
 public:
  std::int64_t& of(std::size_t piece) { return free_[piece % 2]; }

 private:
  std::int64_t free_[2] = {0, 0};
};

}  // namespace

std::int64_t width_switch_cycles(std::int64_t num_codes, Bits low, std::int64_t word_bytes) {
  constexpr std::int64_t kRegisters = 3;
  const std::int64_t bits = numerics::storage_bits(low), word_bits = 8 * word_bytes;
  const bool last_straddles = (num_codes - 1) * bits / word_bits != (num_codes * bits - 1) / word_bits;
  return num_codes + kRegisters + (last_straddles ? 1 : 0);
}

TransferCost rounding_cost(const std::vector<std::int64_t>& num_codes, const WidthSwitch& change,
                           const CoreConfig& config, const MemorySettings& memory) {
  const std::vector<std::int64_t> list = pieces(num_codes, codes_of(config.b_bytes, change.high));
  Port port(config, memory);
  TransferCost cost;
  Halves wide, narrow;  // each free again when the units have read it, or the memory has
  std::int64_t units_free = 0, rounded = 0;
  const auto write = [&](std::size_t i) {
    const std::int64_t bytes = numerics::packed_size(list[i], change.low);
    narrow.of(i) = port.burst(rounded, bytes);
    cost.bytes_written += port.beat_bytes(bytes);
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::int64_t bytes = numerics::packed_size(list[i], change.high);
    const std::int64_t there = port.burst(wide.of(i), bytes);
    cost.bytes_read += port.beat_bytes(bytes);
    if (i > 0) write(i - 1);
    const std::int64_t start = std::max({there, units_free, narrow.of(i)});
    rounded = start + width_switch_cycles(ceil_div(list[i], change.lanes), change.low, kLaneWordBytes);
    units_free = wide.of(i) = rounded;
  }
  if (!list.empty()) write(list.size() - 1);
  cost.cycles = port.free_cycle();
  return cost;
}

TransferCost reloading_cost(const std::vector<std::int64_t>& num_codes, Bits low, const CoreConfig& config,
                            const MemorySettings& memory) {
  Port port(config, memory);
  TransferCost cost;
  for (const std::int64_t codes : pieces(num_codes, codes_of(config.b_bytes, low))) {
    const std::int64_t bytes = numerics::packed_size(codes, low);
    port.burst(0, bytes);
    cost.bytes_written += port.beat_bytes(bytes);
  }
  cost.cycles = port.free_cycle();
  return cost;
}

}  // namespace ampa::timing
