// Watches the quantizers of a training step, for traces.
#pragma once

#include <cstdint>
#include <string>

#include "gemm/code_tensor.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "quant/scale_groups.h"

namespace ampa::quant {

// One tensor as it went into a quantizer and what came out. Shapes: input is (images, height, width, channels) in
// row-major order without gaps; codes holds the same positions on its grid. A weight tensor is (out_c, k_h, k_w, in_c).
struct QuantizeEvent {
  std::string layer;
  OperandKind kind = OperandKind::kWeight;
  std::int64_t step = 0;
  const float* input = nullptr;
  const gemm::CodeTensor* codes = nullptr;
  numerics::QuantParams params;
  bool stochastic = false;  // then `stream` gave the random bits, element = index into input
  numerics::RandomStream stream;
  const ScaleGroups* groups = nullptr;  // not null: they stand in place of `params`
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_quantize(const QuantizeEvent& event) = 0;
};

}  // namespace ampa::quant
