// Layers that work on each other's tensors while these are written, on patterns that no built-in network has.
#include <fmt/format.h>

#include "gemm/cpu_backend.h"
#include "objectives/cross_entropy.h"
#include "op_harness.h"
#include "ops/build_program.h"
#include "ops/channel_statistics.h"
#include "optim/optimizer.h"

namespace ampa::ops {
namespace {

using ir::Layer;
using ir::Shape;

constexpr Shape kMap{3, 4, 5};

Layer conv(int input) {
  return quantized(layer("conv2d", {input}, kMap, kMap, 3, 1, 1));
}
Layer norm(int input, Shape shape = kMap) {
  return layer("batch_norm", {input}, shape, shape);
}
Layer relu(int input) {
  return layer("relu", {input}, kMap, kMap);
}
Layer add(int a, int b) {
  return layer("add", {a, b}, kMap, kMap);
}
Layer linear(int input, Shape in, std::int64_t features, bool is_quantized) {
  const Layer plain = layer("linear", {input}, in, {features, 1, 1});
  return is_quantized ? quantized(plain) : plain;
}

// Three steps; every parameter and gradient.
std::vector<Eigen::ArrayXf> trained(const std::vector<Layer>& layers, ir::Arithmetic arithmetic, Streaming streaming,
                                    bool cpu, int num_threads) {
  const ir::Network network{"pattern", kMap, 3, layers};
  ir::Program program = build_program(network, arithmetic, 5, streaming);
  const auto optimizer = optim::make_optimizer("sgd", Json::object(), program.parameters());
  ThreadPool threads(num_threads);
  gemm::CpuBackend cpu_backend(threads);
  gemm::ReferenceBackend reference;
  StepContext context;
  context.threads = &threads;
  context.backend = cpu ? static_cast<gemm::Backend*>(&cpu_backend) : &reference;
  context.measure = true;
  const std::vector<std::uint8_t> labels{0, 1, 2, 0};
  Tensor gradient;
  for (context.step = 0; context.step < 3; ++context.step) {
    const Tensor images = random_tensor(4, 4, 5, 3, static_cast<std::uint32_t>(context.step));
    objectives::softmax_cross_entropy(program.forward(images, context), labels.data(), &gradient);
    program.backward(gradient, context);
    optimizer->step(0.1, context.step, threads);
  }
  std::vector<Eigen::ArrayXf> state;
  for (const Parameter* parameter : program.parameters()) {
    state.push_back(parameter->value);
    state.push_back(parameter->gradient);
  }
  return state;
}

void check_every_way(const std::vector<Layer>& layers) {
  const auto expected = trained(layers, ir::Arithmetic::kInteger, Streaming::kOff, false, 1);
  for (const bool cpu : {false, true})
    for (const int num_threads : {1, 2, 3}) {
      INFO((cpu ? "cpu, " : "reference, ") << num_threads << " threads");
      const auto found = trained(layers, ir::Arithmetic::kInteger, Streaming::kOn, cpu, num_threads);
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) CHECK((found[i] == expected[i]).all());
    }
}

}  // namespace

TEST_CASE("neighbours: a quantized linear layer behind a batch norm on a map, with and without addition and ReLU") {
  check_every_way({conv(-1), norm(0), linear(1, kMap, 3, true)});
  check_every_way({conv(-1), norm(0), relu(1), linear(2, kMap, 3, true)});
  check_every_way({conv(-1), norm(0), conv(1), norm(2), add(3, 1), linear(4, kMap, 3, true)});
  check_every_way({conv(-1), norm(0), conv(1), norm(2), add(3, 1), relu(4), linear(5, kMap, 3, true)});
}

TEST_CASE("neighbours: a batch norm behind a quantized linear layer sees its bias, which sees the gradient") {
  const Shape features{6, 1, 1};
  check_every_way({linear(-1, kMap, 6, true), norm(0, features), linear(1, features, 3, false)});
}

TEST_CASE("neighbours: an addition in place leaves a ReLU's output to its backward pass") {
  check_every_way(
      {conv(-1), norm(0), relu(1), conv(-1), norm(3), add(4, -1), relu(5), add(6, 2), linear(7, kMap, 3, false)});
}

TEST_CASE("neighbours: a gradient that a batch norm clears for a ReLU has another range for those who read it next") {
  check_every_way({conv(-1), conv(-1), norm(1), add(2, 0), relu(3), norm(4), linear(5, kMap, 3, false)});
}

TEST_CASE("neighbours: an addition whose two inputs have other readers gives each its gradient") {
  // 0 and 1 are read by the addition and, later, by a layer each. Equal terms: the FP32 gradient of the second
  // convolution is that of the same network with the addition's inputs exchanged.
  const auto layers = [](bool swapped) {
    std::vector<ir::Layer> all{conv(-1), conv(-1), swapped ? add(1, 0) : add(0, 1), relu(0), relu(1)};
    all.push_back(add(2, 3));
    all.push_back(add(5, 4));
    all.push_back(linear(6, kMap, 3, false));
    return all;
  };
  const auto a = trained(layers(false), ir::Arithmetic::kFp32, Streaming::kOff, false, 1);
  const auto b = trained(layers(true), ir::Arithmetic::kFp32, Streaming::kOff, false, 1);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK((a[i] == b[i]).all());
}

TEST_CASE("row consumers and row sources keep to their tensor's geometry") {
  class Listener : public ir::RowConsumer {
   public:
    std::int64_t rows = 0;

   private:
    void hear(ir::Frame&, ir::ValueId) override {}
    void take_rows(std::int64_t, std::int64_t, std::int64_t num_rows) override { rows += num_rows; }
  } listener;
  ir::Frame frame;
  frame.arrange({0, 1});
  Tensor& tensor = frame[0];
  tensor.resize(2, 3, 4, 5);
  CHECK_THROWS_AS(listener.on_rows(0, 0, 1), std::logic_error);  // not started
  listener.start(frame, 0);
  listener.on_rows(1, 0, 2);
  CHECK_THROWS_AS(listener.on_rows(1, 0, 1), std::logic_error);  // told before
  CHECK_THROWS_AS(listener.on_rows(1, 2, 2), std::logic_error);  // beyond the image
  CHECK_THROWS_AS(listener.on_rows(2, 0, 1), std::logic_error);
  listener.on_rows(1, 2, 1);
  CHECK_THROWS_AS(listener.finish(), std::logic_error);  // image 0 is missing
  listener.on_rows(0, 0, 3);
  listener.finish();
  CHECK(listener.rows == 6);

  CHECK(tensor.view({2, 1, 1, 60}).image_size() == 60);
  CHECK_THROWS_AS(tensor.view({2, 1, 1, 59}), std::logic_error);
  CHECK_THROWS_AS(tensor.view({4, 1, 1, 30}), std::logic_error);
  GradientStatistics statistics(1, [](const ir::Frame&) { return kernels::GradientMask{}; });
  CHECK_THROWS_AS(statistics.start(frame, 0), std::logic_error);  // what was normalised has another shape
}

}  // namespace ampa::ops
