#include <catch2/catch.hpp>
#include <set>

#include "../common/one_thread.h"
#include "common/error.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

namespace ampa::optim {

using Catch::Contains;

TEST_CASE("every optimizer of the table has words, defaults in range and a state that does not change its form") {
  std::set<std::string> names;
  for (const OptimizerInfo& row : optimizers()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.description.empty());
    for (const settings::Setting& setting : row.own.list) {
      Json value = setting.otherwise;
      CHECK(settings::accept(setting, value));
    }
    ir::Parameter x, y;
    for (ir::Parameter* parameter : {&x, &y}) {
      parameter->value = Eigen::ArrayXf::Constant(parameter == &x ? 3 : 5, 1.0f);
      parameter->gradient = Eigen::ArrayXf::Constant(parameter->value.size(), 0.5f);
    }
    const auto optimizer = make_optimizer(row.name, Json::object(), {&x, &y});
    const std::vector<StateTensor> before[] = {optimizer->state(0), optimizer->state(1)};
    optimizer->step(0.01, 0, one_thread());
    CHECK(x.value[2] < 1.0f);
    CHECK(x.value[2] == y.value[4]);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const std::vector<StateTensor> after = optimizer->state(i);
      REQUIRE(after.size() == before[i].size());
      std::set<std::string> kinds = {"value", "buffer"};
      for (std::size_t k = 0; k < after.size(); ++k) {
        CHECK(after[k].kind == before[i][k].kind);
        CHECK(after[k].values == before[i][k].values);
        CHECK(kinds.insert(after[k].kind).second);
      }
    }
  }
  CHECK_THROWS_WITH(make_optimizer("adagrad", Json::object(), {}), Contains("optimizer: expected one of sgd"));
}

TEST_CASE("every schedule of the table gives a rate above 0 at each step and says what it depends on") {
  for (const ScheduleInfo& row : schedules()) {
    INFO(row.name);
    CHECK_FALSE(row.description.empty());
    const auto schedule = make_schedule(row.name, 0.1, Json::object());
    for (std::int64_t step = 0; step < 12; ++step) CHECK(schedule->rate({step, 3, 4}) > 0);
    CHECK(schedule->identity(4).at("lr") == 0.1);
  }
  CHECK_THROWS_AS(make_schedule("linear", 0.1, Json::object()), InputError);
}

TEST_CASE("optimizers: parameters longer than a block have the same bits with one, two and three threads") {
  const auto trained = [](const std::string& name, int num_threads) {
    ir::Parameter parameter;
    parameter.value = Eigen::ArrayXf::LinSpaced(100'003, -1, 1);
    const auto optimizer = make_optimizer(name, {{"weight_decay", 0.01}}, {&parameter});
    ThreadPool threads(num_threads);
    for (int step = 0; step < 3; ++step) {
      parameter.gradient = parameter.value.square() - 0.3f * static_cast<float>(step);
      optimizer->step(0.01, step, threads);
    }
    return parameter.value;
  };
  for (const OptimizerInfo& row : optimizers()) {
    INFO(row.name);
    const Eigen::ArrayXf expected = trained(row.name, 1);
    CHECK((expected != Eigen::ArrayXf::LinSpaced(100'003, -1, 1)).any());
    CHECK((trained(row.name, 2) == expected).all());
    CHECK((trained(row.name, 3) == expected).all());
  }
}

}  // namespace ampa::optim
