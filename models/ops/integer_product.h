// The product of two activations on codes, by rules J3 to J5 of NUMERICS.md.
#pragma once

#include <cstdint>

#include "gemm/product_shape.h"
#include "ir/builder.h"

namespace ampa::ops {

struct ProductValues {
  ir::ValueId a, b, output;
};

// `shape` is that of one image; A is (count, rows, depth), B (count, depth, cols) or, transposed, (count, cols, depth).
// Forward quantizes both asymmetrically to the nearest code, backward the output gradient symmetrically with stochastic
// rounding; gradients pass the quantizers straight through. `counted_macs` are those of each pass over one image.
void expand_integer_product(ir::QuantizedLayer& sites, const gemm::ProductShape& shape, std::int64_t counted_macs,
                            const ProductValues& values, ir::Builder& builder);

}  // namespace ampa::ops
