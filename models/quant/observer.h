// Watches the quantizers of a training step, for traces.
#pragma once

#include <cstdint>
#include <string>

#include "gemm/code_tensor.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "numerics/rounding.h"
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
  numerics::Rounding rounding = numerics::Rounding::kNearestEven;
  numerics::RandomStream stream = {};   // gave the random bits of stochastic rounding, element = index into input
  const ScaleGroups* groups = nullptr;  // not null: they stand in place of `params`
  bool is_second = false;               // the layer quantizes the tensor twice: of its gradient, for the data gradient

  bool is_stochastic() const { return rounding == numerics::Rounding::kStochastic; }
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_quantize(const QuantizeEvent& event) = 0;
};

}  // namespace ampa::quant
