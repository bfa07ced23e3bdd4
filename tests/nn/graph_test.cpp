#include "nn/graph.h"

#include "common/error.h"
#include "gemm/reference_backend.h"
#include "layer_harness.h"
#include "objectives/cross_entropy.h"

namespace ampa::nn {
namespace {

struct GraphHarness {
  GraphHarness(const std::string& name, Arithmetic arithmetic, int num_threads = 1)
      : network(networks::load_network(name)), graph(network, arithmetic, 11), threads(num_threads) {
    context.threads = &threads;
    context.backend = &backend;
    images = random_tensor(6, network.input.height, network.input.width, network.input.channels, 1);
    for (int i = 0; i < 6; ++i) labels.push_back(static_cast<std::uint8_t>(i % network.num_classes));
  }
  double loss() {
    return objectives::softmax_cross_entropy(graph.forward(images, context), labels.data(), &logits_grad).loss_sum / 6;
  }
  void backward() { graph.backward(logits_grad, context); }

  networks::Network network;
  Graph graph;
  ThreadPool threads;
  gemm::ReferenceBackend backend;
  StepContext context;
  Tensor images, logits_grad;
  std::vector<std::uint8_t> labels;
};

}  // namespace

TEST_CASE("graph: the gradient of a whole residual network predicts its loss along the gradient") {
  // Kinks of ReLU make single coordinates noisy; along the gradient itself they average out.
  GraphHarness harness("tinyresnet", Arithmetic::kFp32);
  harness.loss();
  harness.backward();
  for (Parameter* chosen : harness.graph.parameters()) {
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

TEST_CASE("graph: integer training gives the same bits with 1, 2 and 3 threads") {
  GraphHarness one("tinyresnet", Arithmetic::kInteger, 1);
  one.loss();
  one.backward();
  for (int num_threads : {2, 3}) {
    GraphHarness many("tinyresnet", Arithmetic::kInteger, num_threads);
    many.loss();
    many.backward();
    for (std::size_t i = 0; i < one.graph.parameters().size(); ++i)
      CHECK((one.graph.parameters()[i]->gradient == many.graph.parameters()[i]->gradient).all());
  }
}

TEST_CASE("graph: weights depend on the seed, and quantized layers are those of the network") {
  const networks::Network network = networks::load_network("tinyresnet");
  Graph a(network, Arithmetic::kInteger, 1), b(network, Arithmetic::kInteger, 2), c(network, Arithmetic::kFp32, 1);
  CHECK((a.parameters()[0]->value != b.parameters()[0]->value).any());
  CHECK(a.quantized_layers().size() == network.quantized_layers().size());
  CHECK(c.quantized_layers().empty());
  // FP32 and integer training start from the same weights.
  for (std::size_t i = 0; i < a.parameters().size(); ++i)
    CHECK((a.parameters()[i]->value == c.parameters()[i]->value).all());
}

}  // namespace ampa::nn
