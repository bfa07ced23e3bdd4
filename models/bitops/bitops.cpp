#include "bitops/bitops.h"

#include <fmt/format.h>

#include "common/error.h"
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

std::int64_t training_bitops(std::int64_t macs, allocate::LayerBits bits) {
  return macs * (bits.w * bits.a + bits.a * bits.g + bits.w * bits.g);
}

std::int64_t training_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits) {
  check_sizes(layers, bits);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) sum += training_bitops(layers[i].macs, bits[i]);
  return sum;
}

std::int64_t int8_training_bitops(const std::vector<LayerSize>& layers) {
  std::int64_t sum = 0;
  for (const LayerSize& layer : layers) sum += training_bitops(layer.macs, {8, 8, 8});
  return sum;
}

std::int64_t inference_bitops(std::int64_t macs, allocate::LayerBits bits) {
  return macs * bits.w * bits.a;
}

std::int64_t inference_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits) {
  check_sizes(layers, bits);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) sum += inference_bitops(layers[i].macs, bits[i]);
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
