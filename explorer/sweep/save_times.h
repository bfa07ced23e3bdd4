// When a file that grows with the work is worth writing again.
#pragma once

#include <algorithm>
#include <chrono>

namespace ampa::sweep {

// Due so long after the last time that all writing takes at most a fiftieth of the time, and never more often than
// every five seconds: linear in the work, however large the file becomes.
class SaveTimes {
 public:
  using Clock = std::chrono::steady_clock;

  void saved(Clock::time_point begin, Clock::time_point end) {
    next_ = end + std::max<Clock::duration>(std::chrono::seconds(5), 50 * (end - begin));
  }
  bool is_due(Clock::time_point now) const { return now >= next_; }

 private:
  Clock::time_point next_ = Clock::time_point::min();
};

}  // namespace ampa::sweep
