// Quantizes whole tensors onto the grids that jobs read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/thread_pool.h"
#include "gemm/code_tensor.h"
#include "kernels/kernels.h"
#include "numerics/quantizer.h"
#include "numerics/random_stream.h"

namespace ampa::quant {

// A float tensor that is computed where it is read, in place of being kept in memory.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // Writes rows [first_row, first_row + num_rows) of an image, width * channels floats each, to `out`. Many threads may
  // read at a time.
  virtual void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const = 0;
  // A range that surely contains the values of an image; by default all numbers.
  virtual kernels::Range limits(std::int64_t image) const;
};

// A float tensor (images, height, width, channels), row-major without gaps, or the source of its rows.
struct FloatView {
  const float* data = nullptr;
  std::int64_t images = 0, height = 0, width = 0, channels = 0;
  const RowSource* source = nullptr;  // not null: there is no data

  std::int64_t image_size() const { return height * width * channels; }
  std::int64_t size() const { return images * image_size(); }
};

// Where the positions of a tensor lie on its grid; see gemm::CodeTensor.
struct GridLayout {
  std::int64_t grid_height = 0, grid_width = 0;
  std::int64_t border_top = 0, border_left = 0;
  std::int64_t dilation = 1;
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

// All values of a tensor, those of a source included.
std::vector<float> all_values(const FloatView& tensor);

}  // namespace ampa::quant
