// Notices a memory that does not answer.
#pragma once

#include <cstdint>
#include <systemc>

#include "tlm/core/clock.h"

namespace ampa::tlm {

// Every beat of the bursts that wait or are under way has `bound` cycles; if none of them completes in the time that
// all of them have, `alarm` is notified.
class Watchdog {
 public:
  void start(std::int64_t bound) {
    bound_ = bound;
    beats_ = 0;
    alarm_.cancel();
  }
  void begin_burst(std::int64_t beats) { set(beats_ + beats); }
  void end_burst(std::int64_t beats) { set(beats_ - beats); }
  const sc_core::sc_event& alarm() const { return alarm_; }

 private:
  void set(std::int64_t beats) {
    beats_ = beats;
    alarm_.cancel();
    // A burst is seen to be over in the cycle after its last beat.
    if (beats_ > 0 && bound_ > 0) alarm_.notify(cycles(bound_ * beats_ + 1) + cycles(1) / 2.0);
  }

  std::int64_t bound_ = 0, beats_ = 0;
  sc_core::sc_event alarm_;
};

}  // namespace ampa::tlm
