#include <catch2/catch.hpp>
#include <cmath>

#include "../common/one_thread.h"
#include "../ops/random_tensor.h"
#include "common/error.h"
#include "gradient_check.h"

namespace ampa::objectives {
namespace {

using Catch::Contains;

ir::Tensor tokens(std::int64_t samples, std::int64_t length, const std::vector<float>& values) {
  ir::Tensor made;
  made.resize(samples, length, 1, 1);
  for (std::size_t i = 0; i < values.size(); ++i) made.values[static_cast<Eigen::Index>(i)] = values[i];
  return made;
}

}  // namespace

TEST_CASE("L3 L4: token cross-entropy by hand: uniform logits have the vocabulary as perplexity") {
  const auto objective = make_objective("token-cross-entropy", Json::object());
  CHECK(objective->metric() == Metric{"perplexity", "", false});
  ir::Tensor output;
  output.resize(2, 3, 1, 7);
  output.values.setConstant(0.25f);
  const ir::Tensor targets = tokens(2, 3, {0, 6, 2, 0, 0, 5});
  const Score score = objective->score(output, {&targets}, nullptr, one_thread());
  CHECK(score.loss() == Approx(std::log(7.0)));
  CHECK(objective->value(score) == Approx(7.0));
  CHECK(score.counts == std::array<std::int64_t, 2>{3, 6});  // of equal logits the first
}

TEST_CASE("L3 L4: token cross-entropy: the loss is the mean over tokens, the gradient that of the mean over samples") {
  const auto objective = make_objective("token-cross-entropy", Json::object());
  ir::Tensor output = ops::random_tensor(3, 4, 1, 5, 1);
  output.values *= 3.0f;
  const ir::Tensor targets = tokens(3, 4, {0, 1, 2, 3, 4, 4, 0, 2, 1, 1, 3, 0});
  double expected = 0;
  for (std::int64_t i = 0; i < 12; ++i) {
    double sum = 0;
    for (std::int64_t c = 0; c < 5; ++c) sum += std::exp(static_cast<double>(output.values[i * 5 + c]));
    expected += std::log(sum) - output.values[i * 5 + static_cast<std::int64_t>(targets.values[i])];
  }
  const Score score = objective->score(output, {&targets}, nullptr, one_thread());
  CHECK(score.loss() == Approx(expected / 12).epsilon(1e-12));
  CHECK(objective->value(score) == Approx(std::exp(expected / 12)).epsilon(1e-12));
  check_gradient(*objective, output, targets);
  check_samples_alone(*objective, output, targets);
  check_threads(*objective, output, targets);
}

TEST_CASE("token cross-entropy: a perplexity beyond all doubles is the largest of them") {
  const auto objective = make_objective("token-cross-entropy", Json::object());
  CHECK(objective->value({5000, 1, {0, 1}}) == std::numeric_limits<double>::max());
}

TEST_CASE("token cross-entropy takes sequences, and an output for each word at each place") {
  const auto objective = make_objective("token-cross-entropy", Json::object());
  data::SourceShape source = {{"tokens", {1, 8, 1}}, {{"next", {1, 8, 1}}}, 20};
  CHECK_NOTHROW(objective->check(source, {20, 8, 1}));
  CHECK_THROWS_WITH(objective->check(source, {20, 1, 1}),
                    Contains("expected outputs of 20 x 8 x 1") && Contains("found 20 x 1 x 1"));
  CHECK_THROWS_AS(objective->check(source, {19, 8, 1}), InputError);
  source.targets[0].name = "mask";
  CHECK_THROWS_WITH(objective->check(source, {20, 8, 1}), Contains("takes a token at every place"));
}

}  // namespace ampa::objectives
