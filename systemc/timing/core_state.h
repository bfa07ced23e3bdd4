// Where a core stands between two steps of a job, and how a stretch of steps that repeats itself is passed over.
#pragma once

#include <array>
#include <cstdint>

#include "common/cycle_counts.h"

namespace ampa::timing {

// The last N of a growing row of numbers.
template <std::size_t N>
class Last {
 public:
  void add(std::int64_t value) {
    for (std::size_t i = N - 1; i > 0; --i) by_age_[i] = by_age_[i - 1];
    by_age_[0] = value;
    ++count_;
  }
  std::int64_t count() const { return count_; }
  std::int64_t at(std::int64_t index) const { return by_age_[static_cast<std::size_t>(count_ - 1 - index)]; }
  std::int64_t of_age(std::size_t age) const { return by_age_[age]; }

  // Appends `more` numbers that go on as the last ones did, all later by `later`.
  void go_on(std::int64_t more, std::int64_t later) {
    count_ += more;
    for (std::int64_t& value : by_age_) value = checked_add(value, later, "cycles");
  }

 private:
  std::array<std::int64_t, N> by_age_{};  // the newest first
  std::int64_t count_ = 0;
};

// A step of the loop nest of rtl/core/ampa_loop_nest.v, as its two inner loops and the rest. Slabs along M: the slab
// and the block of N. Slabs along K: the block of N and the slab, of a block of M.
struct StepIndex {
  std::int64_t block = 0, outer = 0, inner = 0;
};

// All that what follows depends on, and what has been counted. Times are cycles from the start of the job; that of an
// event is the first cycle in which others see it.
struct CoreState {
  StepIndex load, compute;  // the steps that are next
  bool loading_b = false;   // of the step that is loaded, A is done
  bool load_done = false, compute_done = false;
  std::int64_t free = 0;  // the memory takes requests from this cycle on
  std::int64_t load_time = 0, compute_time = 0;
  Last<2> a_loaded, b_loaded, a_freed, b_freed;  // there are two halves of each scratchpad
  Last<2> filled, quantized, stored;             // blocks of results
  Last<4> block_sums;                            // of blocks in the halves for sums and for codes
  std::int64_t a_begun = 0, b_begun = 0;
  std::int64_t reads = 0, writes = 0;  // beats
  CycleCounts cycles;
};

// Whether `now` differs from `then` by a lapse of time only, as far as what follows is concerned: the same relations
// between the engines, and the loads as far ahead. Which steps they are is left to the caller.
bool same_but_later(const CoreState& then, const CoreState& now, bool has_codes);

// The state after `times` more stretches like the one from `then` to `now`.
CoreState go_on(const CoreState& then, const CoreState& now, std::int64_t times);

// Looks for a state that was there before (Brent: the state that is compared with is renewed after 1, 2, 4, ... looks).
class RepeatFinder {
 public:
  void reset() { looks_ = 0, power_ = 1, has_reference_ = false; }
  // The earlier state that `now` repeats by `same(earlier, now)`, or null.
  template <class Same>
  const CoreState* look(const CoreState& now, const Same& same) {
    if (has_reference_ && same(reference_, now)) return &reference_;
    if (!has_reference_ || ++looks_ == power_) {
      if (has_reference_) power_ *= 2;
      looks_ = 0;
      reference_ = now;
      has_reference_ = true;
    }
    return nullptr;
  }

 private:
  CoreState reference_;
  std::int64_t looks_ = 0, power_ = 1;
  bool has_reference_ = false;
};

}  // namespace ampa::timing
