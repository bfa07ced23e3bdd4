// Quantizes whole tensors onto the grids that jobs read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/thread_pool.h"
#include "gemm/code_tensor.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "quant/float_view.h"
#include "quant/scale_groups.h"

namespace ampa::quant {

// Where the positions of a tensor lie on its grid; see gemm::CodeTensor.
struct GridLayout {
  std::int64_t grid_height = 0, grid_width = 0;
  std::int64_t border_top = 0, border_left = 0;
  YX dilation = 1;
};
GridLayout dense_layout(const FloatView& tensor);

// Smallest and largest element, 0 included. Throws NonFiniteError.
kernels::Range measure_range(const FloatView& tensor, ThreadPool& threads);
void check_finite(const kernels::Range& range);  // throws NonFiniteError if it is not

using kernels::QuantizationSums;

// Writes the codes of `tensor` and fills the rest of the grid with the zero point: nearest rounding, or stochastic with
// the bits of `stream`, element = row-major index into the tensor. Adds to `sums` if it is not null:
// the error, and of nearest codes their distances.
void quantize(const FloatView& tensor, const numerics::QuantParams& params, const GridLayout& layout,
              const std::optional<numerics::RandomStream>& stream, ThreadPool& threads, gemm::CodeTensor& codes,
              QuantizationSums* sums = nullptr);

// The same with the parameters of groups (rule Q12), all of one format; `sums`, if not null, has one for each of them.
// Where zero points differ, padding holds those of its image or channel and codes.zero_point is 0.
void quantize(const FloatView& tensor, const ScaleGroups& groups, const GridLayout& layout,
              const std::optional<numerics::RandomStream>& stream, ThreadPool& threads, gemm::CodeTensor& codes,
              std::vector<QuantizationSums>* sums = nullptr);

// The range of every image or every channel. Throws NonFiniteError.
std::vector<kernels::Range> measure_ranges(const FloatView& tensor, ScaleAxis axis, ThreadPool& threads);

}  // namespace ampa::quant
