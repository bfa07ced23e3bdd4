#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "../common/one_thread.h"
#include "common/error.h"
#include "gradient_check.h"
#include "objectives/cross_entropy.h"
#include "objectives/objective.h"

namespace ampa::objectives {
namespace {

using Catch::Contains;

ir::Tensor tensor(std::int64_t samples, std::int64_t channels, const std::vector<float>& values) {
  ir::Tensor made;
  made.resize(samples, 1, 1, channels);
  for (std::size_t i = 0; i < values.size(); ++i) made.values[static_cast<Eigen::Index>(i)] = values[i];
  return made;
}

const data::SourceShape kClasses = {{"image", {1, 2, 2}}, {{"label", {1, 1, 1}}}, 3};

}  // namespace

TEST_CASE("every objective of the table has a name, words and a metric") {
  std::set<std::string> names;
  for (const ObjectiveInfo& row : objectives()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.description.empty());
    CHECK_FALSE(make_objective(row.name, Json::object())->metric().name.empty());
  }
  CHECK_THROWS_WITH(
      make_objective("hinge", Json::object()),
      Contains("objective: expected one of cross-entropy, token-cross-entropy, dice-bce, found \"hinge\""));
}

TEST_CASE("cross-entropy by its interface: the loss, gradient and hits of the function") {
  const auto objective = make_objective("cross-entropy", Json::object());
  CHECK(objective->metric() == Metric{"accuracy", "percent", true});
  const ir::Tensor logits = tensor(4, 3, {1, 2, 3, 5, 4, 4, 0, 0, 0, -1, 2, 7});
  const ir::Tensor labels = tensor(4, 1, {2, 1, 0, 1});
  const std::vector<std::uint8_t> bytes = {2, 1, 0, 1};
  ir::Tensor grad, expected_grad;
  const Score score = objective->score(logits, {&labels}, &grad, one_thread());
  check_threads(*objective, logits, labels);
  const LossResult expected = softmax_cross_entropy(logits, bytes.data(), &expected_grad);
  CHECK(score.loss_sum == expected.loss_sum);
  CHECK(score.num_samples == 4);
  CHECK(objective->value(score) == 50.0);  // images 0 and 2, of equals the first
  CHECK((grad.values == expected_grad.values).all());
  Score sum = score;
  sum += objective->score(tensor(1, 3, {0, 9, 0}), {&*std::make_unique<ir::Tensor>(tensor(1, 1, {1}))}, nullptr,
                          one_thread());
  CHECK(sum.num_samples == 5);
  CHECK(objective->value(sum) == 60.0);
}

TEST_CASE("cross-entropy takes one class of a sample, and an output for each class") {
  const auto objective = make_objective("cross-entropy", Json::object());
  CHECK_NOTHROW(objective->check(kClasses, {3, 1, 1}));
  CHECK_THROWS_WITH(objective->check(kClasses, {4, 1, 1}), Contains("for the 3 classes of the data set, found 4"));
  data::SourceShape mask = kClasses;
  mask.targets[0].shape = {1, 2, 2};
  CHECK_THROWS_AS(objective->check(mask, {3, 1, 1}), InputError);
  mask.targets.clear();
  CHECK_THROWS_AS(objective->check(mask, {3, 1, 1}), InputError);
}

TEST_CASE("L2: top-k: the label is among the k largest logits, of equal ones the first count") {
  const auto objective = make_objective("cross-entropy", {{"top", 2}});
  CHECK(objective->metric() == Metric{"top-2 accuracy", "percent", true});
  CHECK(metric_key(objective->metric()) == "top_2_accuracy_percent");
  const ir::Tensor logits = tensor(4, 4, {1, 2, 3, 4, 4, 3, 2, 1, 5, 5, 5, 0, 5, 5, 5, 0});
  const ir::Tensor labels = tensor(4, 1, {2, 2, 1, 2});
  const Score score = objective->score(logits, {&labels}, nullptr, one_thread());
  CHECK(score.counts == std::array<std::int64_t, 2>{0, 2});
  CHECK(objective->value(score) == 50.0);
  check_samples_alone(*objective, logits, labels);
  CHECK_THROWS_WITH(make_objective("cross-entropy", {{"top", 5}})->check(kClasses, {3, 1, 1}),
                    "top: expected fewer than the 3 classes of the data set, found 5");
}

TEST_CASE("L1 L7: label smoothing: the loss against the shared target, by hand and by its gradient") {
  const auto objective = make_objective("cross-entropy", {{"label_smoothing", 0.3}});
  const ir::Tensor logits = tensor(2, 3, {0.5f, -1, 2, 3, 0, 0.25f});
  const ir::Tensor labels = tensor(2, 1, {1, 0});
  double expected = 0;
  for (int image = 0; image < 2; ++image) {
    double sum = 0;
    for (int c = 0; c < 3; ++c) sum += std::exp(static_cast<double>(logits.image(image)[c]));
    for (int c = 0; c < 3; ++c) {
      const double target = 0.3 / 3 + (static_cast<float>(c) == labels.values[image] ? 0.7 : 0);
      expected -= target * (logits.image(image)[c] - std::log(sum));
    }
  }
  CHECK(objective->score(logits, {&labels}, nullptr, one_thread()).loss_sum == Approx(expected).epsilon(1e-12));
  check_gradient(*objective, logits, labels);
}

TEST_CASE("L1: an evaluation does not smooth labels") {
  const auto smoothed = make_objective("cross-entropy", {{"label_smoothing", 0.3}}),
             plain = make_objective("cross-entropy", Json::object());
  const ir::Tensor logits = tensor(2, 3, {0.5f, -1, 2, 3, 0, 0.25f});
  const ir::Tensor labels = tensor(2, 1, {1, 0});
  const Score found = smoothed->evaluate(logits, {&labels}, one_thread()),
              expected = plain->score(logits, {&labels}, nullptr, one_thread());
  CHECK(found.loss_sum == expected.loss_sum);
  CHECK(found.counts == expected.counts);
  CHECK(found.loss_sum != smoothed->score(logits, {&labels}, nullptr, one_thread()).loss_sum);
  CHECK(plain->evaluate(logits, {&labels}, one_thread()).loss_sum == expected.loss_sum);
}

}  // namespace ampa::objectives
