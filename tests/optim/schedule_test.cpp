#include "optim/schedule.h"

#include <catch2/catch.hpp>

namespace ampa::optim {

TEST_CASE("cosine schedule: full rate at the start, half in the middle, falling to the last epoch") {
  CHECK(cosine_rate(0.1, 0, 20) == Approx(0.1));
  CHECK(cosine_rate(0.1, 10, 20) == Approx(0.05));
  CHECK(cosine_rate(0.1, 5, 20) == Approx(0.1 * (1 + 0.70710678118654752) / 2));
  for (int epoch = 1; epoch < 20; ++epoch) CHECK(cosine_rate(0.1, epoch, 20) < cosine_rate(0.1, epoch - 1, 20));
  CHECK(cosine_rate(0.1, 19, 20) > 0);
}

TEST_CASE("step schedule: the rate falls at each milestone and not one epoch before") {
  const std::vector<std::int64_t> milestones = {10, 15};
  CHECK(step_rate(0.1, 0.1, milestones, 9) == Approx(0.1));
  CHECK(step_rate(0.1, 0.1, milestones, 10) == Approx(0.01));
  CHECK(step_rate(0.1, 0.1, milestones, 14) == Approx(0.01));
  CHECK(step_rate(0.1, 0.1, milestones, 15) == Approx(0.001));
}

}  // namespace ampa::optim
