#include "networks/load_network.h"
#include "objectives/cross_entropy.h"
#include "op_harness.h"
#include "ops/build_program.h"

namespace ampa::ops {
namespace {

struct ProgramHarness {
  ProgramHarness(const std::string& name, ir::Arithmetic arithmetic, int num_threads = 1)
      : network(networks::load_network(name)), program(build_program(network, arithmetic, 11)), threads(num_threads) {
    context.threads = &threads;
    context.backend = &backend;
    images = random_tensor(6, network.input.height, network.input.width, network.input.channels, 1);
    for (int i = 0; i < 6; ++i) labels.push_back(static_cast<std::uint8_t>(i % network.num_classes));
  }
  double loss() {
    return objectives::softmax_cross_entropy(program.forward(images, context), labels.data(), &logits_grad).loss_sum /
           6;
  }
  void backward() { program.backward(logits_grad, context); }

  ir::Network network;
  ir::Program program;
  ThreadPool threads;
  gemm::ReferenceBackend backend;
  StepContext context;
  Tensor images, logits_grad;
  std::vector<std::uint8_t> labels;
};

}  // namespace

TEST_CASE("program: the gradient of a whole residual network predicts its loss along the gradient") {
  // Kinks of ReLU make single coordinates noisy; along the gradient itself they average out.
  ProgramHarness harness("tinyresnet", ir::Arithmetic::kFp32);
  harness.loss();
  harness.backward();
  for (Parameter* chosen : harness.program.parameters()) {
    INFO(chosen->name);
    const Eigen::ArrayXf gradient = chosen->gradient, saved = chosen->value;
    const double norm = std::sqrt(gradient.cast<double>().square().sum());
    if (norm < 1e-6) continue;
    const auto step = static_cast<float>(2e-3 / norm);
    chosen->value = saved + gradient * step;
    const double above = harness.loss();
    chosen->value = saved - gradient * step;
    const double below = harness.loss();
    chosen->value = saved;
    CHECK((above - below) / 4e-3 == Approx(norm).epsilon(0.05));
  }
}

TEST_CASE("program: integer training gives the same bits with 1, 2 and 3 threads") {
  ProgramHarness one("tinyresnet", ir::Arithmetic::kInteger, 1);
  one.loss();
  one.backward();
  for (int num_threads : {2, 3}) {
    ProgramHarness many("tinyresnet", ir::Arithmetic::kInteger, num_threads);
    many.loss();
    many.backward();
    for (std::size_t i = 0; i < one.program.parameters().size(); ++i)
      CHECK((one.program.parameters()[i]->gradient == many.program.parameters()[i]->gradient).all());
  }
}

TEST_CASE("program: weights depend on the seed, and quantized layers are those of the network") {
  const ir::Network network = networks::load_network("tinyresnet");
  const ir::Program a = build_program(network, ir::Arithmetic::kInteger, 1),
                    b = build_program(network, ir::Arithmetic::kInteger, 2),
                    c = build_program(network, ir::Arithmetic::kFp32, 1);
  CHECK((a.parameters()[0]->value != b.parameters()[0]->value).any());
  CHECK(a.quantized_layers().size() == network.quantized_layers().size());
  CHECK(c.quantized_layers().empty());
  // FP32 and integer training start from the same weights.
  for (std::size_t i = 0; i < a.parameters().size(); ++i)
    CHECK((a.parameters()[i]->value == c.parameters()[i]->value).all());
}

}  // namespace ampa::ops
