// What a training step costs in bit operations (AMPA section 4.1): a multiplication of a k-bit by an l-bit number is k
// * l BitOPs.
#pragma once

#include <cstdint>
#include <vector>

#include "allocate/bit_allocation.h"
#include "ir/network.h"

namespace ampa::bitops {

// What the BitOPs and the weight bits of one quantized layer depend on.
struct LayerSize {
  std::int64_t macs = 0;  // of the forward pass of one image
  std::int64_t num_weights = 0;
};

// The quantized layers of a network, in the order of Network::quantized_layers().
std::vector<LayerSize> layer_sizes(const ir::Network& network);

// BitOPs of one image in one training step: macs * (kw * ka + ka * kg + kw * kg), the forward, weight-gradient and
// activation-gradient GEMMs, each with as many multiplications as the forward pass. That of the first quantized layer
// is counted whole, as the paper does.
std::int64_t training_bitops(std::int64_t macs, allocate::LayerBits bits);
// Summed over the layers. Throws RunError unless there are as many widths as layers; so do the functions below.
std::int64_t training_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits);
// The paper's BOPS: every width 8, that is macs * 192.
std::int64_t int8_training_bitops(const std::vector<LayerSize>& layers);

// BitOPs of one image's inference: macs * kw * ka.
std::int64_t inference_bitops(std::int64_t macs, allocate::LayerBits bits);
std::int64_t inference_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits);

// The paper's W-bits: the mean width of the weights, every weight counting once. 0 without weights.
double mean_weight_bits(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits);

// The paper's RR in percent: 100 * (1 - mean of the epochs' BitOPs / BitOPs at INT8). epoch_bitops not empty, int8 > 0.
double reduction_percent(const std::vector<std::int64_t>& epoch_bitops, std::int64_t int8);

}  // namespace ampa::bitops
