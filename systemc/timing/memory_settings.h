// How a memory gives and takes the beats of a burst; TIMING.md states the rules.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "common/checked.h"
#include "common/json_reader.h"

namespace ampa::timing {

// One burst at a time, beats in order. Of a request taken in cycle t, beat i moves in the active cycle number
// latency + ceil(i * port bytes / bandwidth), counted from 0 at the first active cycle from t on, and never two in one
// cycle. Cycles in a gap are not active: the first gap_cycles of every gap_period_cycles, counted from the job's start.
struct MemorySettings {
  std::int64_t latency_cycles = 20;         // 1 .. 1000000, from the request to its first beat
  std::int64_t bytes = 16, per_cycles = 1;  // bandwidth = bytes / per_cycles, each 1 .. 1000000
  std::int64_t gap_period_cycles = 0;       // 0: no gaps; else more than gap_cycles
  std::int64_t gap_cycles = 0;

  bool has_gaps() const { return gap_cycles > 0; }
};

// Throws InputError naming the setting, what is expected and what is found.
void check(const MemorySettings& settings);

// "latency=20,bytes_per_cycle=16,gap_period=1000,gap=20" in any order and with any of them left out; bytes_per_cycle
// may be a fraction such as 8/3 or a decimal such as 0.5. "ideal" is a memory of one cycle latency that never waits for
// a beat.
MemorySettings memory_from_string(const std::string& text);
std::string to_string(const MemorySettings& settings);
Json to_json(const MemorySettings& settings);

// When beats move, in cycles from the start of the job.
class BurstTimer {
 public:
  // Port bytes per beat.
  BurstTimer(const MemorySettings& settings, std::int64_t port_bytes);

  // The cycle in which beat `beat` of a burst moves whose request is taken in cycle `taken`. Throws OverflowError
  // beyond 63 bits.
  std::int64_t beat_cycle(std::int64_t taken, std::int64_t beat) const {
    const std::int64_t wait = active_wait(beat);
    return has_gaps_ ? active_cycle(checked_add(active_before(taken), wait, kCycles))
                     : checked_add(taken, wait, kCycles);
  }
  // The active cycles from the request to that beat. The second form stops at 2^63 - 1.
  std::int64_t active_wait(std::int64_t beat) const {
    const std::int64_t wait = active_wait_up_to_most(beat);
    if (wait == kMost) throw_overflow(kCycles);
    return wait;
  }
  std::int64_t active_wait_up_to_most(std::int64_t beat) const {
    std::int64_t product = 0, wait = 0;
    if (!__builtin_mul_overflow(beat, beat_cost_, &product))
      product = whole_div(product, bandwidth_);
    else if (__builtin_mul_overflow(beat / bandwidth_, beat_cost_, &product) ||
             __builtin_add_overflow(product, whole_div(beat % bandwidth_ * beat_cost_, bandwidth_), &product))
      return kMost;
    return __builtin_add_overflow(product, latency_, &wait) ? kMost : wait;
  }

 private:
  static constexpr const char* kCycles = "cycles";
  static constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

  std::int64_t active_before(std::int64_t cycle) const;  // active cycles among 0 .. cycle - 1
  std::int64_t active_cycle(std::int64_t number) const;  // the cycle that is the number-th active one, from 0

  std::int64_t latency_, beat_cost_, bandwidth_;  // a beat takes beat_cost / bandwidth cycles
  std::int64_t gap_period_, gap_;
  bool has_gaps_;
};

}  // namespace ampa::timing
