#include "nn/fusion.h"

#include "gemm/cpu_backend.h"
#include "layer_harness.h"
#include "nn/graph.h"
#include "objectives/cross_entropy.h"

namespace ampa::nn {
namespace {

std::string names(const networks::Network& network, const std::vector<FusedStep>& steps) {
  std::string text;
  for (const FusedStep& step : steps) {
    text += network.layers[static_cast<std::size_t>(step.first)].name;
    if (step.add) text += "+add";
    if (step.relu) text += "+relu";
    text += " ";
  }
  return text;
}

// Trains a few steps and returns every parameter, running statistic, gradient and sensitivity.
std::vector<Eigen::ArrayXf> trained(const networks::Network& network, Arithmetic arithmetic, Fusion fusion,
                                    bool cpu_backend) {
  Graph graph(network, arithmetic, 5, fusion);
  for (QuantizedConv* layer : graph.quantized_layers()) layer->set_bits({6, 5, 7});
  ThreadPool threads(2);
  gemm::CpuBackend cpu(threads);
  gemm::ReferenceBackend reference;
  StepContext context;
  context.threads = &threads;
  context.backend = cpu_backend ? static_cast<gemm::Backend*>(&cpu) : &reference;
  context.measure = true;
  const std::vector<std::uint8_t> labels{0, 1, 2};
  Tensor logits_grad;
  for (context.step = 0; context.step < 3; ++context.step) {
    const Tensor images = random_tensor(3, network.input.height, network.input.width, network.input.channels,
                                        static_cast<std::uint32_t>(context.step));
    objectives::softmax_cross_entropy(graph.forward(images, context), labels.data(), &logits_grad);
    graph.backward(logits_grad, context);
    for (Parameter* parameter : graph.parameters()) parameter->value -= parameter->gradient * 0.05f;
    context.training = false;  // a test in between leaves no traces
    context.measure = false;
    graph.forward(random_tensor(2, network.input.height, network.input.width, network.input.channels, 99), context);
    context.training = context.measure = true;
  }
  std::vector<Eigen::ArrayXf> state;
  for (const Parameter* parameter : graph.parameters()) {
    state.push_back(parameter->value);
    state.push_back(parameter->gradient);
  }
  for (const Buffer& buffer : graph.buffers()) state.push_back(*buffer.value);
  for (const QuantizedConv* layer : graph.quantized_layers()) {
    const allocate::LayerSensitivity sensitivity = layer->mean_sensitivity();
    state.push_back(Eigen::ArrayXd{{sensitivity.w, sensitivity.a, sensitivity.g}}.cast<float>());
  }
  return state;
}

}  // namespace

TEST_CASE("fusion: batch norms take additions and ReLUs along, and convolutions come just before them") {
  const networks::Network network = networks::load_network("tinyresnet");
  CHECK(names(network, fused_steps(network, true)) ==
        "conv1 bn1+relu layer1.0.conv1 layer1.0.bn1+relu layer1.0.conv2 layer1.0.bn2+add+relu layer2.0.conv1 "
        "layer2.0.bn1+relu layer2.0.shortcut layer2.0.conv2 layer2.0.bn2+add+relu avgpool fc ");
  CHECK(fused_steps(network, false).size() == network.layers.size());
}

TEST_CASE("fusion: a value of three readers keeps a network as it is") {
  networks::Network network = networks::load_network("tinyresnet");
  network.layers.back().inputs = {static_cast<int>(network.layers.size()) - 2};
  for (networks::Layer& layer : network.layers)
    if (layer.type == networks::LayerType::kShortcutPad) layer.inputs = {2};  // relu1, which two layers read already
  CHECK(fused_steps(network, true).size() == network.layers.size());
}

TEST_CASE("fusion changes no bit of a training step, on any network, arithmetic and backend") {
  for (const char* name : {"tinyresnet", "tinycnn", "mlp", "resnet8"}) {
    const networks::Network network = networks::load_network(name);
    for (const Arithmetic arithmetic : {Arithmetic::kInteger, Arithmetic::kFp32}) {
      const auto expected = trained(network, arithmetic, Fusion::kOff, true);
      for (const bool cpu_backend : {true, false}) {
        if (!cpu_backend && (arithmetic == Arithmetic::kFp32 || network.input.height > 12)) continue;
        const auto found = trained(network, arithmetic, Fusion::kOn, cpu_backend);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          INFO(name << (cpu_backend ? " cpu" : " reference") << " tensor " << i);
          CHECK((found[i] == expected[i]).all());
        }
      }
    }
  }
}

}  // namespace ampa::nn
