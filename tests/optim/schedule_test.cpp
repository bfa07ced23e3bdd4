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

TEST_CASE("cosine-steps: another rate at every step, half in the middle") {
  const auto cosine = make_schedule("cosine-steps", 0.1, Json::object());
  CHECK(cosine->rate({0, 5, 4}) == 0.1);
  CHECK(cosine->rate({10, 5, 4}) == Approx(0.05));
  for (std::int64_t step = 1; step < 20; ++step) CHECK(cosine->rate({step, 5, 4}) < cosine->rate({step - 1, 5, 4}));
  CHECK(cosine->rate({19, 5, 4}) > 0);
  CHECK(cosine->identity(4).at("over_epochs") == 4);
}

TEST_CASE("O7: a warm-up rises step by step to the schedule's own rate, in front of every schedule") {
  for (const ScheduleInfo& row : schedules()) {
    INFO(row.name);
    const auto plain = make_schedule(row.name, 0.1, Json::object());
    const auto in_steps = make_schedule(row.name, 0.1, {{"warmup_steps", 10}});
    const auto in_epochs = make_schedule(row.name, 0.1, {{"warmup_epochs", 2}});
    for (std::int64_t step = 0; step < 30; ++step) {
      const StepPlace place{step, 5, 6};
      const double expected =
          step < 10 ? plain->rate(place) * ((static_cast<double>(step) + 1) / 10) : plain->rate(place);
      CHECK(in_steps->rate(place) == expected);
      CHECK(in_epochs->rate(place) == expected);
    }
    CHECK(in_steps->identity(6).at("warmup_steps") == 10);
    CHECK(in_epochs->identity(6).at("warmup_epochs") == 2);
    CHECK_FALSE(plain->identity(6).contains("warmup_steps"));
  }
}

}  // namespace ampa::optim
