// What a quantized layer becomes whose weights serve every width (ir/learned_scale.h): a product of codes forward, and
// backward the FP32 gradients of the values that these codes stand for.
#pragma once

#include "ir/builder.h"
#include "ops/conv_geometry.h"

namespace ampa::ops {

struct SwitchableLayer {
  ir::QuantizedLayer& sites;
  ConvGeometry geometry;
  std::int64_t counted_macs = 0;  // of the forward product, the only one that is counted
  ir::Parameter& weights;
  ir::Parameter* bias = nullptr;
};

// `forward` is the product's job on the codes `x` and `w`. The builder's recipe has the high width.
void expand_switchable(const SwitchableLayer& layer, ir::StepMatmul forward, ir::Codes& x, ir::Codes& w,
                       ir::ValueId input, ir::ValueId output, ir::Builder& builder);

}  // namespace ampa::ops
