#include "bitops/bitops.h"

#include <fmt/format.h>

#include "common/error.h"
#include "ops/build_program.h"
#include "ops/table.h"

namespace ampa::bitops {
namespace {

void check_sizes(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits) {
  if (layers.size() != bits.size())
    throw RunError(fmt::format("bitops: expected widths of {} layers, found those of {}", layers.size(), bits.size()));
}

}  // namespace

std::vector<LayerSize> layer_sizes(const ir::Network& network) {
  std::vector<LayerSize> sizes;
  for (const int index : network.quantized_layers()) {
    const ir::Layer& layer = network.layers[static_cast<std::size_t>(index)];
    sizes.push_back({ops::macs(layer), ops::num_weights(layer)});
  }
  return sizes;
}

std::vector<CountedGemm> counted_gemms(const ir::Program& program) {
  std::vector<CountedGemm> counted;
  for (const ir::StepGemm& gemm : program.gemms())
    counted.push_back({gemm.layer, gemm.pass, gemm.counted_macs, gemm.operands, gemm.keep_one_in});
  return counted;
}

std::vector<CountedGemm> counted_gemms(const ir::Network& network) {
  return counted_gemms(ops::build_program(network, ir::Arithmetic::kInteger, std::nullopt));
}

std::int64_t training_bitops(const std::vector<CountedGemm>& gemms, const std::vector<allocate::LayerBits>& bits) {
  std::int64_t sum = 0;
  for (const CountedGemm& gemm : gemms) {
    if (gemm.layer >= bits.size())
      throw RunError(fmt::format("bitops: expected widths of layer {}, found those of {}", gemm.layer, bits.size()));
    const auto [a, b] = gemm.operands;
    sum += gemm.macs * bits[gemm.layer].of(a) * bits[gemm.layer].of(b) / gemm.keep_one_in;
  }
  return sum;
}

std::int64_t int8_training_bitops(const std::vector<CountedGemm>& gemms) {
  std::int64_t sum = 0;
  for (const CountedGemm& gemm : gemms) sum += gemm.macs * 8 * 8;
  return sum;
}

std::int64_t inference_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits) {
  check_sizes(layers, bits);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layers.size(); ++i)
    sum += layers[i].macs * (layers[i].num_weights > 0 ? bits[i].w : bits[i].a) * bits[i].a;
  return sum;
}

double mean_weight_bits(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits) {
  check_sizes(layers, bits);
  std::int64_t weights = 0, weight_bits = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    weights += layers[i].num_weights;
    weight_bits += layers[i].num_weights * bits[i].w;
  }
  return weights == 0 ? 0 : static_cast<double>(weight_bits) / static_cast<double>(weights);
}

double reduction_percent(const std::vector<std::int64_t>& epoch_bitops, std::int64_t int8) {
  double sum = 0;
  for (const std::int64_t bitops : epoch_bitops) sum += static_cast<double>(bitops);
  const double mean = sum / static_cast<double>(epoch_bitops.size());
  return 100 * (1 - mean / static_cast<double>(int8));
}

}  // namespace ampa::bitops
