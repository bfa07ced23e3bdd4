#include <catch2/catch.hpp>

#include "optim/optimizer.h"

namespace ampa::optim {

TEST_CASE("sgd: two steps with momentum and weight decay equal the formula") {
  ir::Parameter parameter;
  parameter.value.resize(1);
  parameter.gradient.resize(1);
  parameter.value[0] = 2.0f;
  parameter.gradient[0] = 0.5f;
  const auto sgd = make_optimizer("sgd", {{"momentum", 0.5}, {"weight_decay", 0.25}}, {&parameter});
  const std::vector<StateTensor> state = sgd->state(0);
  REQUIRE(state.size() == 1);
  CHECK(state[0].kind == "velocity");
  CHECK((*state[0].values)[0] == 0.0f);  // before the first step
  sgd->step(0.125, 0);
  // v = 0.5 + 0.25 * 2 = 1, w = 2 - 0.125
  CHECK((*state[0].values)[0] == 1.0f);
  CHECK(parameter.value[0] == 1.875f);
  sgd->step(0.125, 1);
  // v = 0.5 * 1 + (0.5 + 0.25 * 1.875) = 1.46875
  CHECK((*state[0].values)[0] == 1.46875f);
  CHECK(parameter.value[0] == 1.875f - 0.125f * 1.46875f);
}

}  // namespace ampa::optim
