// What a training step costs in bit operations (AMPA section 4.1): a multiplication of a k-bit by an l-bit number is k
// * l BitOPs.
#pragma once

#include <cstdint>
#include <vector>

#include "allocate/bit_allocation.h"
#include "gemm/gemm_job.h"
#include "ir/network.h"
#include "ir/program.h"

namespace ampa::bitops {

// What the BitOPs and the weight bits of one quantized layer depend on.
struct LayerSize {
  std::int64_t macs = 0;         // of the forward pass of one image
  std::int64_t num_weights = 0;  // 0: a product of two activations
};

// The quantized layers of a network, in the order of Network::quantized_layers().
std::vector<LayerSize> layer_sizes(const ir::Network& network);

// A GEMM of a training step, as BitOPs count it.
struct CountedGemm {
  std::size_t layer = 0;  // number of the quantized layer
  gemm::Pass pass = gemm::Pass::kForward;
  std::int64_t macs = 0;  // of one image (ir::StepGemm::counted_macs)
  gemm::OperandKinds operands = gemm::operand_kinds(pass);
  std::int64_t keep_one_in = 1;  // of its gradient's groups one is kept: so many of the MACs are done
};

// Those of a step, run or only counted.
std::vector<CountedGemm> counted_gemms(const ir::Program& program);
std::vector<CountedGemm> counted_gemms(const ir::Network& network);

// BitOPs of one image in one training step: the sum over the GEMMs of macs times the widths of both operands. With as
// many MACs in each pass of a layer that is the paper's macs * (kw * ka + ka * kg + kw * kg). What is pruned costs
// nothing: b bits of one group in b are one bit on average.
std::int64_t training_bitops(const std::vector<CountedGemm>& gemms, const std::vector<allocate::LayerBits>& bits);
// The paper's BOPS: every width 8.
std::int64_t int8_training_bitops(const std::vector<CountedGemm>& gemms);

// BitOPs of one image's inference: macs * kw * ka, or macs * ka * ka without weights, summed over the layers. Throws
// RunError unless there are as many widths as layers; so does mean_weight_bits.
std::int64_t inference_bitops(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits);

// The paper's W-bits: the mean width of the weights, every weight counting once. 0 without weights.
double mean_weight_bits(const std::vector<LayerSize>& layers, const std::vector<allocate::LayerBits>& bits);

// The paper's RR in percent: 100 * (1 - mean of the epochs' BitOPs / BitOPs at INT8). epoch_bitops not empty, int8 > 0.
double reduction_percent(const std::vector<std::int64_t>& epoch_bitops, std::int64_t int8);

}  // namespace ampa::bitops
