#include "optim/schedule.h"

#include <catch2/catch.hpp>

namespace ampa::optim {
namespace {

constexpr std::int64_t kSteps = 7;  // per epoch

// Of the last step of an epoch: that of its first, as these schedules change between epochs only.
double rate_in(const Schedule& schedule, std::int64_t epoch, std::int64_t epochs) {
  const double first = schedule.rate({epoch * kSteps, kSteps, epochs});
  CHECK(schedule.rate({epoch * kSteps + kSteps - 1, kSteps, epochs}) == first);
  return first;
}

}  // namespace

TEST_CASE("cosine schedule: full rate at the start, half in the middle, falling to the last epoch") {
  const auto cosine = make_schedule("cosine", 0.1, Json::object());
  CHECK(rate_in(*cosine, 0, 20) == Approx(0.1));
  CHECK(rate_in(*cosine, 10, 20) == Approx(0.05));
  CHECK(rate_in(*cosine, 5, 20) == Approx(0.1 * (1 + 0.70710678118654752) / 2));
  for (int epoch = 1; epoch < 20; ++epoch) CHECK(rate_in(*cosine, epoch, 20) < rate_in(*cosine, epoch - 1, 20));
  CHECK(rate_in(*cosine, 19, 20) > 0);
  CHECK(cosine->identity(20).at("over_epochs") == 20);
}

TEST_CASE("step schedule: the rate falls at each milestone and not one epoch before") {
  const auto step = make_schedule("step", 0.1, {{"lr_milestones", {10, 15}}});  // lr_decay: its default, 0.1
  CHECK(rate_in(*step, 9, 20) == Approx(0.1));
  CHECK(rate_in(*step, 10, 20) == Approx(0.01));
  CHECK(rate_in(*step, 14, 20) == Approx(0.01));
  CHECK(rate_in(*step, 15, 20) == Approx(0.001));
}

TEST_CASE("constant schedule: one rate, and a step schedule without milestones is it") {
  const auto constant = make_schedule("constant", 0.3, Json::object());
  CHECK(rate_in(*constant, 0, 5) == 0.3);
  CHECK(rate_in(*constant, 4, 5) == 0.3);
  CHECK(make_schedule("step", 0.3, Json::object())->identity(5) == constant->identity(9));
}

}  // namespace ampa::optim
