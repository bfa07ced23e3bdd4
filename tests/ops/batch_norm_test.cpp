#include "op_harness.h"

namespace ampa::ops {
namespace {

const ir::Shape kMap{3, 3, 5};

}  // namespace

TEST_CASE("batch norm: gradients equal finite differences") {
  OpHarness harness(layer("batch_norm", {-1}, kMap, kMap), {random_tensor(4, 3, 5, 3, 1)});
  harness.parameter(0).value << 0.5f, 1.5f, -1.0f;
  harness.parameter(1).value << 0.1f, -0.2f, 0.3f;
  harness.check_gradients();
}

TEST_CASE("batch norm: gradients with an addition and a ReLU behind it equal finite differences, streamed or not") {
  for (const bool stream : {false, true})
    for (const bool add : {false, true})
      for (const bool relu : {false, true}) {
        std::vector<ir::Layer> layers{layer("batch_norm", {-1}, kMap, kMap)};
        std::vector<Tensor> inputs{random_tensor(4, 3, 5, 3, 1)};
        if (add) {
          layers.push_back(layer("add", {-2, 0}, kMap, kMap));
          inputs.push_back(random_tensor(4, 3, 5, 3, 2));
        }
        if (relu) layers.push_back(layer("relu", {static_cast<int>(layers.size()) - 1}, kMap, kMap));
        OpHarness harness(layers, inputs, stream);
        harness.parameter(0).value << 0.5f, 1.5f, -1.0f;
        harness.parameter(1).value << 3.1f, -4.2f, 5.3f;  // away from the kink
        harness.check_gradients();
      }
}

TEST_CASE("batch norm: training normalises with the batch, inference with the running statistics") {
  OpHarness harness(layer("batch_norm", {-1}, {2, 4, 4}, {2, 4, 4}), {random_tensor(3, 4, 4, 2, 1)});
  Tensor& x = harness.inputs[0];
  x.values = x.values * 3.0f + 5.0f;
  const Eigen::Map<const Eigen::ArrayXXf> channels(x.values.data(), 2, x.size() / 2);
  const Eigen::ArrayXd mean = channels.cast<double>().rowwise().mean();
  const Eigen::ArrayXd var = (channels.cast<double>().colwise() - mean).square().rowwise().mean();

  harness.forward();
  const Eigen::Map<const Eigen::ArrayXXf> normal(harness.out.values.data(), 2, x.size() / 2);
  for (int c = 0; c < 2; ++c) {
    CHECK(normal.row(c).cast<double>().mean() == Approx(0).margin(1e-5));
    CHECK(normal.row(c).cast<double>().square().mean() == Approx(1).epsilon(1e-4));
  }
  const double count = static_cast<double>(channels.cols());
  const std::vector<Buffer> buffers = harness.program.buffers();
  for (int c = 0; c < 2; ++c) {
    CHECK((*buffers[0].value)[c] == Approx(0.1 * mean[c]).epsilon(1e-5));
    CHECK((*buffers[1].value)[c] == Approx(0.9 + 0.1 * var[c] * count / (count - 1)).epsilon(1e-5));
  }

  harness.context.training = false;
  harness.forward();
  const double expected = (x.values[1] - (*buffers[0].value)[1]) / std::sqrt((*buffers[1].value)[1] + 1e-5);
  CHECK(harness.out.values[1] == Approx(expected).epsilon(1e-5));
}

TEST_CASE("batch norm: the same bits with any number of threads") {
  const Tensor input = random_tensor(7, 6, 5, 3, 1);
  const ir::Layer norm = layer("batch_norm", {-1}, {3, 6, 5}, {3, 6, 5});
  OpHarness a(norm, {input}), b(norm, {input});
  ThreadPool three(3), single(1);
  a.context.threads = &single;
  b.context.threads = &three;
  a.objective();
  b.objective();
  a.backward();
  b.backward();
  CHECK((a.out.values == b.out.values).all());
  CHECK((a.input_grads[0].values == b.input_grads[0].values).all());
}

}  // namespace ampa::ops
