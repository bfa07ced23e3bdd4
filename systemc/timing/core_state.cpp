#include "timing/core_state.h"

#include <algorithm>

namespace ampa::timing {
namespace {

// Whether both times of `now` are those of `then` and `lapse`, where they are later than the floor.
bool later_by(const Last<2>& then, std::int64_t then_floor, const Last<2>& now, std::int64_t now_floor,
              std::int64_t lapse) {
  for (std::size_t i = 0; i < 2; ++i)
    if (std::max(now.of_age(i), now_floor) - std::max(then.of_age(i), then_floor) != lapse) return false;
  return true;
}

bool same(const Last<4>& x, const Last<4>& y) {
  for (std::size_t i = 0; i < 4; ++i)
    if (x.of_age(i) != y.of_age(i)) return false;
  return true;
}

bool same_counts(const CoreState& then, const CoreState& now, bool has_codes) {
  const auto counts = [&](const CoreState& s) {
    const std::int64_t quantized = has_codes ? s.quantized.count() : s.filled.count();
    return std::array<std::int64_t, 6>{s.a_loaded.count() - s.a_begun,         s.b_loaded.count() - s.b_begun,
                                       s.a_loaded.count() - s.a_freed.count(), s.b_loaded.count() - s.b_freed.count(),
                                       s.filled.count() - quantized,           s.filled.count() - s.stored.count()};
  };
  return counts(then) == counts(now);
}

std::int64_t far_ahead(std::int64_t now, std::int64_t then, std::int64_t times) {
  return checked_add(now, checked_mul(now - then, times, "cycles"), "cycles");
}

StepIndex far_ahead(const StepIndex& now, const StepIndex& then, std::int64_t times) {
  return {now.block, far_ahead(now.outer, then.outer, times), far_ahead(now.inner, then.inner, times)};
}

}  // namespace

bool same_but_later(const CoreState& then, const CoreState& now, bool has_codes) {
  const std::int64_t lapse = now.compute_time - then.compute_time;
  if (now.free - then.free != lapse || now.load_time - then.load_time != lapse || now.loading_b != then.loading_b)
    return false;
  if (!same_counts(then, now, has_codes)) return false;
  if (then.filled.count() != then.stored.count() && !same(then.block_sums, now.block_sums)) return false;
  // Past times of blocks count no longer once the memory and the array are past them, but where a block could be
  // quantized at once.
  const auto floor = [&](const CoreState& s) {
    const bool could_begin =
        has_codes && s.filled.count() > s.quantized.count() && s.quantized.count() - s.stored.count() < 2;
    return could_begin ? 0 : std::min(s.free, s.compute_time);
  };
  const std::int64_t then_floor = floor(then), now_floor = floor(now);
  if (!later_by(then.filled, then_floor, now.filled, now_floor, lapse) ||
      !later_by(then.stored, then_floor, now.stored, now_floor, lapse) ||
      (has_codes && !later_by(then.quantized, then_floor, now.quantized, now_floor, lapse)))
    return false;
  return later_by(then.a_loaded, then.compute_time, now.a_loaded, now.compute_time, lapse) &&
         later_by(then.b_loaded, then.compute_time, now.b_loaded, now.compute_time, lapse) &&
         later_by(then.a_freed, then.load_time, now.a_freed, now.load_time, lapse) &&
         later_by(then.b_freed, then.load_time, now.b_freed, now.load_time, lapse);
}

CoreState go_on(const CoreState& then, const CoreState& now, std::int64_t times) {
  CoreState next = now;
  const std::int64_t later = checked_mul(now.compute_time - then.compute_time, times, "cycles");
  next.load = far_ahead(now.load, then.load, times);
  next.compute = far_ahead(now.compute, then.compute, times);
  for (std::int64_t CoreState::*time : {&CoreState::free, &CoreState::load_time, &CoreState::compute_time})
    next.*time = checked_add(now.*time, later, "cycles");
  for (Last<2> CoreState::*row : {&CoreState::a_loaded, &CoreState::b_loaded, &CoreState::a_freed, &CoreState::b_freed,
                                  &CoreState::filled, &CoreState::quantized, &CoreState::stored})
    (next.*row).go_on(((now.*row).count() - (then.*row).count()) * times, later);
  next.block_sums.go_on((now.block_sums.count() - then.block_sums.count()) * times, 0);
  for (std::int64_t CoreState::*count :
       {&CoreState::a_begun, &CoreState::b_begun, &CoreState::reads, &CoreState::writes})
    next.*count = far_ahead(now.*count, then.*count, times);
  for (const CyclePart& part : kCycleParts)
    next.cycles.*part.count = far_ahead(now.cycles.*part.count, then.cycles.*part.count, times);
  return next;
}

}  // namespace ampa::timing
