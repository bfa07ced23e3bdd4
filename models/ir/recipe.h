// How the quantized layers of a program compute, beyond their widths: what a scheme fixes.
#pragma once

#include <optional>

#include "ir/two_level.h"
#include "quant/tensor_rule.h"

namespace ampa::ir {

// Falls with the deviation of a layer's gradient codes, by quant::rate_factor.
struct RateScaling {
  double alpha = 20, beta = 0.1;
};

struct Recipe {
  quant::TensorRule weights = quant::default_rule(OperandKind::kWeight);
  quant::TensorRule activations = quant::default_rule(OperandKind::kActivation);
  quant::TensorRule gradients = quant::default_rule(OperandKind::kGradient);
  // The gradient that the weight gradient reads has a scale for every output channel; the data gradient, along whose
  // depth these run, reads the codes of a second quantization with one scale (DAI8).
  bool gradient_by_channel = false;
  // The rate of a layer's parameters is scaled at every step. Needs a clipping rule of the gradients that measures
  // deviations (quant::ClippingRule::deviation_at).
  std::optional<RateScaling> rate_scaling;
  // Gradients of weights by ir::QuantizeGradient, weights kept by optim::store_in_fixed_point with 15 fraction bits.
  bool fixed_point_update = false;
  bool fixed_point_batch_norm = false;  // ops/fixed_point_batch_norm.h in place of FP32, of every batch norm

  // Of layers whose weights are kept at this width and serve every narrower one, with learned scales and FP32 gradients
  // (ir/learned_scale.h); the rules above do not act then.
  std::optional<Bits> double_rounding;
  std::optional<TwoLevel> two_level;  // weights and activations of two levels (ops/two_level_convolution.h)

  const quant::TensorRule& of(OperandKind kind) const {
    return kind == OperandKind::kWeight ? weights : kind == OperandKind::kActivation ? activations : gradients;
  }
};

}  // namespace ampa::ir
