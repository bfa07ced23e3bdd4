#include <catch2/catch.hpp>

#include "../common/one_thread.h"
#include "optim/optimizer.h"

namespace ampa::optim {

TEST_CASE("O2: sgd: two steps with momentum and weight decay equal the formula") {
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
  sgd->step(0.125, 0, one_thread());
  // v = 0.5 + 0.25 * 2 = 1, w = 2 - 0.125
  CHECK((*state[0].values)[0] == 1.0f);
  CHECK(parameter.value[0] == 1.875f);
  sgd->step(0.125, 1, one_thread());
  // v = 0.5 * 1 + (0.5 + 0.25 * 1.875) = 1.46875
  CHECK((*state[0].values)[0] == 1.46875f);
  CHECK(parameter.value[0] == 1.875f - 0.125f * 1.46875f);
}

TEST_CASE("O2: sgd with nesterov: two steps equal the formula, and its velocity is that of sgd") {
  ir::Parameter parameter;
  parameter.value = Eigen::ArrayXf::Constant(1, 2.0f);
  parameter.gradient = Eigen::ArrayXf::Constant(1, 0.5f);
  const auto sgd = make_optimizer("sgd", {{"momentum", 0.5}, {"weight_decay", 0.25}, {"nesterov", "on"}}, {&parameter});
  sgd->step(0.125, 0, one_thread());
  // d = 0.5 + 0.25 * 2 = 1, v = 1, w = 2 - (1 + 0.5) * 0.125
  CHECK((*sgd->state(0)[0].values)[0] == 1.0f);
  CHECK(parameter.value[0] == 1.8125f);
  sgd->step(0.125, 1, one_thread());
  // d = 0.5 + 0.25 * 1.8125 = 0.953125, v = 0.5 + d, w = 1.8125 - (d + 0.5 * v) * 0.125
  CHECK((*sgd->state(0)[0].values)[0] == 1.453125f);
  CHECK(parameter.value[0] == 1.8125f - 0.125f * (0.953125f + 0.5f * 1.453125f));
}

TEST_CASE("sgd: nesterov without momentum is refused by its key") {
  const OptimizerInfo& info = optimizer_info("sgd");
  const Json values = {{"momentum", 0.0}, {"weight_decay", 0.0}, {"nesterov", "on"}};
  const JsonReader reader(values, "run.json");
  CHECK_THROWS_WITH(info.own.check(reader, values),
                    "run.json: nesterov: expected a momentum above 0 with it, found momentum 0");
}

}  // namespace ampa::optim
