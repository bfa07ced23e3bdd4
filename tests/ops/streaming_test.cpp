#include "gemm/cpu_backend.h"
#include "ir/stream_rows.h"
#include "networks/load_network.h"
#include "objectives/cross_entropy.h"
#include "op_harness.h"
#include "ops/build_program.h"

namespace ampa::ops {
namespace {

// Trains a few steps and returns every parameter, running statistic, gradient and sensitivity.
std::vector<Eigen::ArrayXf> trained(const ir::Network& network, ir::Arithmetic arithmetic, Streaming streaming,
                                    bool cpu_backend) {
  ir::Program program = build_program(network, arithmetic, 5, streaming);
  for (ir::QuantizedLayer* layer : program.quantized_layers()) layer->set_bits({6, 5, 7});
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
    objectives::softmax_cross_entropy(program.forward(images, context), labels.data(), &logits_grad);
    program.backward(logits_grad, context);
    for (Parameter* parameter : program.parameters()) parameter->value -= parameter->gradient * 0.05f;
    context.training = false;  // a test in between leaves no traces
    context.measure = false;
    program.forward(random_tensor(2, network.input.height, network.input.width, network.input.channels, 99), context);
    context.training = context.measure = true;
  }
  std::vector<Eigen::ArrayXf> state;
  for (const Parameter* parameter : program.parameters()) {
    state.push_back(parameter->value);
    state.push_back(parameter->gradient);
  }
  for (const Buffer& buffer : program.buffers()) state.push_back(*buffer.value);
  for (const ir::QuantizedLayer* layer : program.quantized_layers()) {
    const allocate::LayerSensitivity sensitivity = layer->mean_sensitivity();
    state.push_back(Eigen::ArrayXd{{sensitivity.w, sensitivity.a, sensitivity.g}}.cast<float>());
  }
  return state;
}

}  // namespace

TEST_CASE("streaming changes no bit of a training step, on any network, arithmetic and backend") {
  for (const char* name : {"tinyresnet", "tinycnn", "mlp", "resnet8"}) {
    const ir::Network network = networks::load_network(name);
    for (const ir::Arithmetic arithmetic : {ir::Arithmetic::kInteger, ir::Arithmetic::kFp32}) {
      const auto expected = trained(network, arithmetic, Streaming::kOff, true);
      for (const bool cpu_backend : {true, false}) {
        if (!cpu_backend && (arithmetic == ir::Arithmetic::kFp32 || network.input.height > 12)) continue;
        const auto found = trained(network, arithmetic, Streaming::kOn, cpu_backend);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          INFO(name << (cpu_backend ? " cpu" : " reference") << " tensor " << i);
          CHECK((found[i] == expected[i]).all());
        }
      }
    }
  }
}

}  // namespace ampa::ops
