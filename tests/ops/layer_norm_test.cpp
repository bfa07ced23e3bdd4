#include "op_harness.h"
#include "ops/channel_sums.h"

namespace ampa::ops {
namespace {

ir::Layer norm(ir::Shape map, double epsilon = 1e-5) {
  return with(layer("layer_norm", {-1}, map, map), {{"epsilon", epsilon}});
}

}  // namespace

TEST_CASE("layer_norm: gradients equal finite differences") {
  for (const ir::Shape map : {ir::Shape{9, 2, 3}, ir::Shape{16, 5, 1}}) {
    OpHarness harness(norm(map, 1e-3), {random_tensor(2, map.height, map.width, map.channels, 1)});
    harness.fill_parameters(5);
    harness.check_gradients();
  }
}

TEST_CASE("N4 T7: layer norm and its gradients are the rules'") {
  const std::int64_t channels = 13, positions = 6;
  OpHarness harness(norm({13, 3, 2}), {random_tensor(3, 3, 2, 13, 2)});
  harness.fill_parameters(5);
  harness.objective();
  harness.backward();
  const float *gamma = harness.parameter(0).value.data(), *beta = harness.parameter(1).value.data();
  std::vector<double> gamma_grad(13, 0.0), beta_grad(13, 0.0);
  for (std::int64_t image = 0; image < 3; ++image) {
    std::vector<double> of_gamma(13, 0.0), of_beta(13, 0.0);
    for (std::int64_t i = image * positions; i < (image + 1) * positions; ++i) {
      const float *x = harness.inputs[0].values.data() + i * channels, *y = harness.out.values.data() + i * channels;
      const float* dy = harness.out_grad.values.data() + i * channels;
      const float* dx = harness.input_grads[0].values.data() + i * channels;
      const auto mean_of = [&](const auto& term) { return sum_over_channels(channels, term) / 13.0; };
      const double mean = mean_of([&](std::int64_t c) { return double{x[c]}; });
      const double var = mean_of([&](std::int64_t c) { return (x[c] - mean) * (x[c] - mean); });
      const auto m = static_cast<float>(mean), r = static_cast<float>(1 / std::sqrt(var + 1e-5));
      const auto h = [&](std::int64_t c) { return (x[c] - m) * r; };
      const auto g = static_cast<float>(mean_of([&](std::int64_t c) { return double{dy[c] * gamma[c]}; }));
      const auto gh =
          static_cast<float>(mean_of([&](std::int64_t c) { return double{dy[c] * gamma[c]} * double{h(c)}; }));
      for (std::int64_t c = 0; c < channels; ++c) {
        CHECK(y[c] == h(c) * gamma[c] + beta[c]);
        CHECK(dx[c] == r * ((dy[c] * gamma[c] - g) - h(c) * gh));
        of_gamma[static_cast<std::size_t>(c)] += double{dy[c]} * double{h(c)};
        of_beta[static_cast<std::size_t>(c)] += dy[c];
      }
    }
    for (std::size_t c = 0; c < 13; ++c) gamma_grad[c] += of_gamma[c], beta_grad[c] += of_beta[c];
  }
  for (std::size_t c = 0; c < 13; ++c) {
    CHECK(harness.parameter(0).gradient[static_cast<Eigen::Index>(c)] == static_cast<float>(gamma_grad[c]));
    CHECK(harness.parameter(1).gradient[static_cast<Eigen::Index>(c)] == static_cast<float>(beta_grad[c]));
  }
}

TEST_CASE("layer_norm: the same in evaluation, mean 0 and variance 1 of every position, equal values give beta") {
  OpHarness harness(norm({32, 4, 1}), {random_tensor(2, 4, 1, 32, 2)});
  harness.inputs[0].values.head(32).setConstant(3);
  harness.forward();
  const Eigen::ArrayXf trained = harness.out.values;
  harness.context.training = false;
  harness.forward();
  CHECK((harness.out.values == trained).all());
  CHECK((trained.head(32) == 0).all());
  for (int position = 1; position < 8; ++position) {
    const auto y = trained.segment(32 * position, 32);
    CHECK(y.mean() == Approx(0).margin(1e-6));
    CHECK(y.square().mean() == Approx(1).epsilon(1e-3));
  }
}

}  // namespace ampa::ops
