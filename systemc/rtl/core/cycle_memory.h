// The memory of a core's port, cycle by cycle: the rules of timing/memory_settings.h as a state machine.
#pragma once

#include <cstdint>

#include "timing/memory_settings.h"

namespace ampa::rtl {

// What a memory does wrong; bursts count from 0 (the descriptor's). -1: never.
struct MemoryFaults {
  std::int64_t error_burst = -1;  // answers with an error in its first beat
  std::int64_t tag_burst = -1;    // answers with another burst's tag: out of order
  std::int64_t late_burst = -1;   // never gives a beat
};

struct MemoryRequest {
  bool is_write = false;
  std::uint32_t tag = 0;
  std::uint64_t address = 0;  // bytes
  std::int64_t beats = 0;
};

class CycleMemory {
 public:
  CycleMemory(const timing::MemorySettings& settings, std::int64_t port_bytes, const MemoryFaults& faults)
      : settings_(settings), port_bytes_(port_bytes), faults_(faults) {}

  bool is_ready() const { return beats_left_ == 0; }

  // Takes a request in this cycle.
  void take(const MemoryRequest& request) {
    request_ = request;
    beats_left_ = request.beats;
    waited_ = -1;
    credit_ = 0;
    ++burst_;
  }

  // Whether a beat of the burst under way moves in this cycle; asked once per cycle, the one of the request included.
  bool moves_beat() {
    const std::int64_t cycle = cycle_++;
    const bool in_gap = settings_.has_gaps() && cycle % settings_.gap_period_cycles < settings_.gap_cycles;
    if (in_gap || beats_left_ == 0 || burst_ == faults_.late_burst) return false;
    if (++waited_ < settings_.latency_cycles) return false;
    // Since the first beat the memory has earned `bytes` each active cycle; a beat costs port bytes * per_cycles.
    if (waited_ > settings_.latency_cycles) credit_ += settings_.bytes;
    const std::int64_t cost = port_bytes_ * settings_.per_cycles;
    const bool is_first = beats_left_ == request_.beats;
    if (!is_first) {
      if (credit_ < cost) return false;
      credit_ = settings_.bytes >= cost ? 0 : credit_ - cost;
    }
    --beats_left_;
    return true;
  }

  const MemoryRequest& request() const { return request_; }
  std::int64_t beat() const { return request_.beats - beats_left_ - 1; }  // the one that moved
  bool is_refused() const { return burst_ == faults_.error_burst; }
  std::uint32_t tag() const { return (request_.tag + (burst_ == faults_.tag_burst ? 1u : 0u)) & 15u; }

 private:
  timing::MemorySettings settings_;
  std::int64_t port_bytes_;
  MemoryFaults faults_;
  MemoryRequest request_;
  std::int64_t beats_left_ = 0, waited_ = 0, credit_ = 0, cycle_ = 0, burst_ = -1;
};

}  // namespace ampa::rtl
