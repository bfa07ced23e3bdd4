// The variance of quantized gradients of two-level layers: over draws beside the formula (quant/gradient_variance.h),
// in units of |g|^2, for the gradients of a training step.
//   gradient_variance [network] [batch size] [steps before] [draws]
#include "quant/gradient_variance.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "../quant/quantized_groups.h"
#include "bench/training_step.h"
#include "gemm/cpu_backend.h"
#include "networks/load_network.h"
#include "numerics/keep_probabilities.h"

namespace {

using namespace ampa;
using quant::FloatView;
using quant::ScaleAxis;

// Every layer's gradient as the data gradient's quantizer reads it.
struct Gradients : quant::Observer {
  struct Gradient {
    std::vector<float> values;
    std::int64_t images = 0, height = 0, width = 0, channels = 0;
    FloatView view() const { return {values.data(), images, height, width, channels}; }
    FloatView as_one() const { return {values.data(), 1, images * height, width, channels}; }
  };
  std::map<std::string, Gradient> of_layer;
  void on_quantize(const quant::QuantizeEvent& event) override {
    if (event.kind != OperandKind::kGradient || !event.is_second) return;
    const gemm::CodeTensor& codes = *event.codes;
    Gradient& found = of_layer[event.layer];
    found.images = codes.images, found.height = codes.height, found.width = codes.width;
    found.channels = codes.channels;
    found.values.assign(event.input, event.input + codes.images * codes.height * codes.width * codes.channels);
  }
};

struct Sums {
  double measured = 0, expected = 0;  // of layers
};

// One image in `keep_one_in` is kept, at `bits`.
void add_variance(const FloatView& gradient, std::int64_t keep_one_in, Bits bits, std::uint32_t num_draws,
                  ThreadPool& threads, Sums& sums) {
  const auto groups = quant::testing::by_group(gradient, ScaleAxis::kImages);
  const std::vector<float> ranges = quant::group_magnitudes(gradient, ScaleAxis::kImages, threads);
  double norm = 0, squared = 0;
  for (const auto& group : groups)
    for (const float x : group) norm += static_cast<double>(x) * static_cast<double>(x);
  if (norm == 0) return;
  std::vector<quant::KeptGroup> all;
  for (std::size_t i = 0; i < groups.size(); ++i) all.push_back({static_cast<std::int64_t>(i), quant::kCertain});
  for (std::uint32_t draw = 0; draw < num_draws; ++draw) {
    const auto kept = keep_one_in == 1 ? all : quant::pruning_rules().front().keep(ranges, keep_one_in, {1, draw, 8});
    squared += quant::testing::squared_error(
        quant::testing::values_of(gradient, ScaleAxis::kImages, kept, bits, draw, threads), groups);
  }
  const std::vector<double> probabilities =
      keep_one_in == 1 ? std::vector<double>(groups.size(), 1.0) : numerics::keep_probabilities(ranges, keep_one_in);
  sums.measured += squared / num_draws / norm;
  sums.expected += quant::expected_squared_error(groups, probabilities, bits) / norm;
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* fallback) {
    return std::string(argc > index ? argv[index] : fallback);
  };
  const std::string name = argument(1, "vgg16-quarter");
  const std::int64_t batch_size = std::stol(argument(2, "64"));
  const int num_steps = std::stoi(argument(3, "20"));
  const auto num_draws = static_cast<std::uint32_t>(std::stoi(argument(4, "100")));
  ThreadPool threads(1);
  gemm::CpuBackend backend(threads);
  bench::TrainingStep training(networks::load_network(name), "onebit-all", batch_size, threads, backend);
  for (int step = 0; step < num_steps; ++step) {
    training.compute_gradients();
    training.update_weights();
  }
  Gradients gradients;
  training.context().observer = &gradients;
  training.compute_gradients();

  fmt::print("{}, batch {}, step {}, {} draws; means over {} layers of E |Q(g) - g|^2 / |g|^2\n", name, batch_size,
             num_steps, num_draws, gradients.of_layer.size());
  fmt::print("| gradients | measured | formula |\n|---|---|---|\n");
  const auto row = [&](const std::string& words, bool as_one, std::int64_t keep_one_in, Bits bits) {
    Sums sums;
    for (const auto& [layer, gradient] : gradients.of_layer)
      add_variance(as_one ? gradient.as_one() : gradient.view(), keep_one_in, bits, num_draws, threads, sums);
    const auto layers = static_cast<double>(gradients.of_layer.size());
    fmt::print("| {} | {:.4g} | {:.4g} |\n", words, sums.measured / layers, sums.expected / layers);
  };
  for (const Bits bits : {1, 2, 4, 8}) row(fmt::format("one scale, {} bit (PTQ)", bits), true, 1, bits);
  for (const Bits bits : {1, 2, 4, 8}) row(fmt::format("a scale an image, {} bit (PSQ)", bits), false, 1, bits);
  for (const Bits bits : {2, 4, 8}) row(fmt::format("one image in {} at {} bit (AQ)", bits, bits), false, bits, bits);
}
