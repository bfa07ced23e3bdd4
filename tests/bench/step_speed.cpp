// Images per second of a whole training step on random images of the data set's shape.
//   step_speed [network] [batch size] [threads] [steps] [scheme: fp32 or a width in bits] [measured]
// With "measured" the sensitivities are measured, as in an epoch whose end may change the widths.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "gemm/cpu_backend.h"
#include "kernels/kernels.h"
#include "networks/network.h"
#include "nn/graph.h"
#include "nn/loss.h"
#include "optim/sgd.h"

namespace {

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ampa;
  const auto argument = [&](int index, const char* fallback) {
    return std::string(argc > index ? argv[index] : fallback);
  };
  const std::string network_name = argument(1, "resnet20");
  const std::int64_t batch_size = std::stol(argument(2, "128"));
  const int num_threads = std::stoi(argument(3, "2"));
  const int num_steps = std::stoi(argument(4, "10"));
  const std::string scheme = argument(5, "8");

  const networks::Network network = networks::load_network(network_name);
  const bool fp32 = scheme == "fp32";
  nn::Graph graph(network, fp32 ? nn::Arithmetic::kFp32 : nn::Arithmetic::kInteger, 1);
  const Bits bits = fp32 ? 8 : std::stoi(scheme);
  for (nn::QuantizedConv* layer : graph.quantized_layers()) layer->set_bits({bits, bits, bits});
  ThreadPool threads(num_threads);
  gemm::CpuBackend backend(threads);
  nn::StepContext context;
  context.threads = &threads;
  context.backend = &backend;
  context.measure = argument(6, "") == "measured";

  nn::Tensor images, logits_grad;
  images.resize(batch_size, network.input.height, network.input.width, network.input.channels);
  const numerics::RandomStream stream{1, 0, 0};
  for (std::int64_t i = 0; i < images.size(); ++i)
    images.values[i] = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1);
  std::vector<std::uint8_t> labels(static_cast<std::size_t>(batch_size));
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::uint8_t>(i % 10);

  std::vector<double> rates;
  for (int step = 0; step < num_steps + 2; ++step) {
    const auto start = std::chrono::steady_clock::now();
    context.step = step;
    nn::softmax_cross_entropy(graph.forward(images, context), labels.data(), &logits_grad);
    graph.backward(logits_grad, context);
    optim::sgd_step(graph.parameters(), {}, 0.01);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (step >= 2) rates.push_back(static_cast<double>(batch_size) / seconds.count());
  }
  std::sort(rates.begin(), rates.end());
  fmt::print(
      "{} batch {} threads {} scheme {} isa {}: median {:.1f} images/s, min {:.1f}, max {:.1f}, peak memory {:.0f} "
      "MB\n",
      network_name, batch_size, num_threads, scheme, kernels::active().name, rates[rates.size() / 2], rates.front(),
      rates.back(), peak_megabytes());
}
