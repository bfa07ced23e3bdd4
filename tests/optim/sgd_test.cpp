#include "optim/sgd.h"

#include <catch2/catch.hpp>

namespace ampa::optim {

TEST_CASE("sgd: two steps with momentum and weight decay equal the formula") {
  ir::Parameter parameter;
  parameter.value.resize(1);
  parameter.gradient.resize(1);
  parameter.value[0] = 2.0f;
  parameter.gradient[0] = 0.5f;
  const SgdConfig config{0.5, 0.25};
  sgd_step({&parameter}, config, 0.125);
  // v = 0.5 + 0.25 * 2 = 1, w = 2 - 0.125
  CHECK(parameter.velocity[0] == 1.0f);
  CHECK(parameter.value[0] == 1.875f);
  sgd_step({&parameter}, config, 0.125);
  // v = 0.5 * 1 + (0.5 + 0.25 * 1.875) = 1.46875
  CHECK(parameter.velocity[0] == 1.46875f);
  CHECK(parameter.value[0] == 1.875f - 0.125f * 1.46875f);
}

}  // namespace ampa::optim
