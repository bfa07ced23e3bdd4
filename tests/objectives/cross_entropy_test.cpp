#include "objectives/cross_entropy.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "../ops/random_tensor.h"

namespace ampa::objectives {
using ir::image_array;
using ir::Tensor;
using ops::random_tensor;

TEST_CASE("softmax cross-entropy: loss and gradient equal the definition") {
  ir::Tensor logits = random_tensor(4, 1, 1, 6, 1);
  logits.values *= 3.0f;
  const std::vector<std::uint8_t> labels = {0, 5, 2, 2};
  ir::Tensor grad;
  const LossResult result = softmax_cross_entropy(logits, labels.data(), &grad);
  double expected = 0;
  for (int image = 0; image < 4; ++image) {
    double sum = 0;
    for (int c = 0; c < 6; ++c) sum += std::exp(static_cast<double>(logits.image(image)[c]));
    expected += std::log(sum) - logits.image(image)[labels[static_cast<std::size_t>(image)]];
  }
  CHECK(result.loss_sum == Approx(expected).epsilon(1e-12));
  for (std::int64_t i = 0; i < logits.size(); ++i) {
    const float saved = logits.values[i];
    logits.values[i] = saved + 1e-2f;
    const double above = softmax_cross_entropy(logits, labels.data(), nullptr).loss_sum / 4;
    logits.values[i] = saved - 1e-2f;
    const double below = softmax_cross_entropy(logits, labels.data(), nullptr).loss_sum / 4;
    logits.values[i] = saved;
    CHECK(grad.values[i] == Approx((above - below) / 2e-2).epsilon(1e-3).margin(1e-5));
  }
}

TEST_CASE("softmax cross-entropy: hits, ties and huge logits") {
  ir::Tensor logits;
  logits.resize(3, 1, 1, 3);
  logits.values << 1, 2, 0, 5, 5, 0, 1e30f, 0, -1e30f;
  const std::vector<std::uint8_t> labels = {1, 1, 0};
  const LossResult result = softmax_cross_entropy(logits, labels.data(), nullptr);
  CHECK(result.num_correct == 2);  // of the tie in the second row the first class counts
  CHECK(std::isfinite(result.loss_sum));
}

}  // namespace ampa::objectives
