#include <catch2/catch.hpp>
#include <cmath>

#include "../common/one_thread.h"
#include "../ops/random_tensor.h"
#include "common/error.h"
#include "gradient_check.h"

namespace ampa::objectives {
namespace {

using Catch::Contains;

ir::Tensor masks(std::int64_t samples, std::int64_t height, std::int64_t width, std::int64_t classes) {
  ir::Tensor made;
  made.resize(samples, height, width, 1);
  for (std::int64_t i = 0; i < made.size(); ++i) made.values[i] = static_cast<float>((i * i + i / 3) % classes);
  return made;
}

}  // namespace

TEST_CASE("L5 L6: dice-bce by hand: a logit of 0 everywhere") {
  const auto objective = make_objective("dice-bce", Json::object());
  CHECK(objective->metric() == Metric{"dice", "percent", true});
  ir::Tensor output, mask;
  output.resize(1, 1, 4, 1);
  mask.resize(1, 1, 4, 1);
  output.values.setZero();
  mask.values << 1, 0, 0, 0;
  const Score score = objective->score(output, {&mask}, nullptr, one_thread());
  // p = 1/2: sum(p t) = 1/2, sum(p) + sum(t) = 3
  CHECK(score.loss() == Approx(std::log(2.0) + 1 - 2.0 / 4));
  CHECK(score.counts == std::array<std::int64_t, 2>{0, 1});  // a logit of 0 is not above 0
  CHECK(objective->value(score) == 0.0);
}

TEST_CASE("L6: the dice coefficient counts pixels of all samples, and is whole where there is nothing") {
  const auto objective = make_objective("dice-bce", Json::object());
  ir::Tensor output, mask;
  output.resize(2, 1, 3, 1);
  mask.resize(2, 1, 3, 1);
  output.values << 2, 3, -1, -5, 4, -2;
  mask.values << 1, 0, 0, 0, 1, 1;
  const Score score = objective->score(output, {&mask}, nullptr, one_thread());
  CHECK(score.counts == std::array<std::int64_t, 2>{2, 6});
  CHECK(objective->value(score) == Approx(200.0 * 2 / 6));
  CHECK(objective->value({0, 1, {0, 0}}) == 100.0);
}

TEST_CASE("L5 L7: dice-bce: the gradients of one logit and of one a class are those of the loss") {
  const auto objective = make_objective("dice-bce", Json::object());
  for (const std::int64_t channels : {1, 2, 4}) {
    INFO(channels);
    ir::Tensor output = ops::random_tensor(3, 3, 4, channels, 7);
    output.values *= 2.0f;
    const ir::Tensor mask = masks(3, 3, 4, std::max<std::int64_t>(channels, 2));
    check_gradient(*objective, output, mask);
    check_samples_alone(*objective, output, mask);
    check_threads(*objective, output, mask);
  }
}

TEST_CASE("L5: dice-bce: two classes as two logits 0 and z are one logit z") {
  const auto objective = make_objective("dice-bce", Json::object());
  const ir::Tensor one = ops::random_tensor(2, 3, 3, 1, 5), mask = masks(2, 3, 3, 2);
  ir::Tensor two;
  two.resize(2, 3, 3, 2);
  for (std::int64_t i = 0; i < one.size(); ++i) {
    two.values[2 * i] = 0;
    two.values[2 * i + 1] = one.values[i];
  }
  const Score x = objective->score(one, {&mask}, nullptr, one_thread()),
              y = objective->score(two, {&mask}, nullptr, one_thread());
  CHECK(x.loss_sum == Approx(y.loss_sum).epsilon(1e-12));
  CHECK(x.counts == y.counts);
}

TEST_CASE("L5: dice-bce: huge logits have a finite loss and gradient") {
  const auto objective = make_objective("dice-bce", Json::object());
  ir::Tensor output, mask = masks(1, 1, 2, 2), grad;
  output.resize(1, 1, 2, 1);
  output.values << 1e30f, -1e30f;
  CHECK(std::isfinite(objective->score(output, {&mask}, &grad, one_thread()).loss_sum));
  CHECK(grad.values.isFinite().all());
}

TEST_CASE("dice-bce takes masks, and outputs of their size") {
  const auto objective = make_objective("dice-bce", Json::object());
  data::SourceShape source = {{"image", {3, 8, 6}}, {{"mask", {1, 8, 6}}}, 2};
  CHECK_NOTHROW(objective->check(source, {1, 8, 6}));
  CHECK_NOTHROW(objective->check(source, {2, 8, 6}));
  CHECK_THROWS_WITH(objective->check(source, {1, 6, 8}), Contains("expected outputs of 1 or 2 x 8 x 6"));
  source.num_classes = 5;
  CHECK_NOTHROW(objective->check(source, {5, 8, 6}));
  CHECK_THROWS_AS(objective->check(source, {1, 8, 6}), InputError);
  source.targets[0].name = "label";
  CHECK_THROWS_WITH(objective->check(source, {5, 8, 6}), Contains("which takes masks"));
}

}  // namespace ampa::objectives
