// Quantizes whole tensors onto the grids that jobs read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/thread_pool.h"
#include "gemm/code_tensor.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "numerics/rounding.h"
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

// How values become codes; `stream` gives the random bits of stochastic rounding. Made of an optional stream it is
// stochastic with that, or to the nearest code.
struct RoundingOf {
  numerics::Rounding rule = numerics::Rounding::kNearestEven;
  numerics::RandomStream stream;
  bool sums_codes = true;  // sums hold the distances of the codes: not needed of gradients

  bool is_stochastic() const { return rule == numerics::Rounding::kStochastic; }

  RoundingOf(numerics::Rounding rounding, const numerics::RandomStream& random, bool sums)
      : rule(rounding), stream(random), sums_codes(sums) {}
  RoundingOf(const std::optional<numerics::RandomStream>& random)  // NOLINT: a stream is a rounding
      : rule(random ? numerics::Rounding::kStochastic : numerics::Rounding::kNearestEven),
        stream(random.value_or(numerics::RandomStream{})),
        sums_codes(!random) {}
};

// Writes the codes of `tensor` and fills the rest of the grid with the zero point; element = row-major index into the
// tensor. Adds to `sums` if it is not null: the error, and the distances of the codes if they are asked for.
void quantize(const FloatView& tensor, const numerics::QuantParams& params, const GridLayout& layout,
              const RoundingOf& rounding, ThreadPool& threads, gemm::CodeTensor& codes,
              QuantizationSums* sums = nullptr);

// The same with the parameters of groups (rule Q12), all of one format; `sums`, if not null, has one for each of them.
// Where zero points differ, padding holds those of its image or channel and codes.zero_point is 0.
void quantize(const FloatView& tensor, const ScaleGroups& groups, const GridLayout& layout, const RoundingOf& rounding,
              ThreadPool& threads, gemm::CodeTensor& codes, std::vector<QuantizationSums>* sums = nullptr);

// The range of every image or every channel. Throws NonFiniteError.
std::vector<kernels::Range> measure_ranges(const FloatView& tensor, ScaleAxis axis, ThreadPool& threads);

}  // namespace ampa::quant
