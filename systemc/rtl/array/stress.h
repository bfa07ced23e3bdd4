// What a bench does to an array beside giving it tiles.
#pragma once

#include <cstdint>

namespace ampa::rtl {

// In effect for the tiles of one job. What happens in a cycle depends on these values and the cycle only, so that a job
// under stress repeats.
struct Stress {
  std::uint64_t seed = 0;
  int operand_stall_percent =
      0;                         // 0 .. 90: of the cycles in which operands are wanted, those in which none are offered
  int result_stall_percent = 0;  // 0 .. 90: of the cycles in which a row of results is offered, those in which it waits
  std::int64_t reset_cycle = 0;  // the clock cycle of the first tile in which it is reset, to start anew; 0: none
  bool noise = false;            // inputs that the contract says are not looked at carry random bits

  bool stalls() const { return operand_stall_percent > 0 || result_stall_percent > 0; }
  friend bool operator==(const Stress& x, const Stress& y) {
    return x.seed == y.seed && x.operand_stall_percent == y.operand_stall_percent &&
           x.result_stall_percent == y.result_stall_percent && x.reset_cycle == y.reset_cycle && x.noise == y.noise;
  }
};

// What an array was seen to do under it, over the tiles since Stress was set.
struct StressCounts {
  // Cycles in which operands or results were held back; in a grid, whose results wait beside what is fed, at least
  // those of operands and at most both.
  std::int64_t least_stalls = 0, most_stalls = 0;
  std::int64_t counted_stalls = 0;  // by the array
  bool overflow = false;            // the array's flag was set
};

// 32 bits for a cycle and a purpose (0 .. 4095) of a seed.
constexpr std::uint32_t stress_bits(std::uint64_t seed, std::uint64_t cycle, std::uint64_t purpose) {
  std::uint64_t x = seed + 0x9E3779B97F4A7C15u * (4096 * cycle + purpose + 1);
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return static_cast<std::uint32_t>((x ^ (x >> 31)) >> 32);
}

constexpr bool happens(std::uint32_t bits, int percent) {
  return static_cast<std::uint64_t>(bits) * 100 < static_cast<std::uint64_t>(percent) << 32;
}

}  // namespace ampa::rtl
