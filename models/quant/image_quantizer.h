// From the floats of one image to its codes on their grid.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/uninitialized_vector.h"
#include "gemm/code_tensor.h"
#include "kernels/kernels.h"
#include "numerics/random_stream.h"
#include "quant/float_view.h"
#include "quant/two_level_rows.h"

namespace ampa::quant {

using kernels::QuantizationSums;

// Calls visit(byte of the grid, begin, count) for the runs of elements [first, first + size) of an image that lie
// without gaps on its grid; begin counts from `first`.
template <typename Visit>
void for_each_run(const gemm::CodeTensor& codes, std::int64_t image, std::int64_t first, std::int64_t size,
                  const Visit& visit) {
  const bool whole_rows = codes.dilation.x == 1;
  const std::int64_t run = codes.channels * (whole_rows ? codes.width : 1), per_row = whole_rows ? 1 : codes.width;
  std::int64_t skipped = first % run, y = first / run / per_row, x = first / run % per_row;
  for (std::int64_t begin = 0; begin < size;) {
    const std::int64_t count = std::min(run - skipped, size - begin);
    visit(codes.offset(image, y, x) + skipped, begin, count);
    begin += count;
    skipped = 0;
    if (++x == per_row) {
      x = 0;
      ++y;
    }
  }
}

// Rows of a tensor, next to each other, to codes next to each other.
class RowQuantizer {
 public:
  RowQuantizer(const numerics::QuantParams& params, const std::optional<numerics::RandomStream>& stream)
      : params_(params), stream_(stream) {}
  void operator()(const float* x, std::int64_t size, std::int64_t first_element, std::uint8_t* codes,
                  QuantizationSums* sums) const {
    if (params_.format.is_two_level())
      quantize_two_level(x, size, params_, stream_, first_element, codes, sums);
    else if (stream_)
      kernels::active().quantize_stochastic(x, size, params_, *stream_, static_cast<std::uint64_t>(first_element),
                                            codes, sums);
    else
      kernels::active().quantize_nearest(x, size, params_, codes, sums);
  }

 private:
  const numerics::QuantParams& params_;
  const std::optional<numerics::RandomStream>& stream_;
};

// `gap` is what no tensor position of the image holds. Long rows go to the grid at once, others by way of a block of
// codes.
inline void quantize_image(const FloatView& tensor, const RowQuantizer& quantize_rows, std::int64_t image,
                           std::int32_t gap, gemm::CodeTensor& codes, QuantizationSums* sums) {
  constexpr std::int64_t kLongRow = 256;
  const bool straight_to_grid = codes.dilation.x == 1 && tensor.row_size() >= kLongRow;
  thread_local UninitializedVector<std::uint8_t> dense;
  if (!straight_to_grid) dense.resize(static_cast<std::size_t>(block_size(read_shape(tensor))));
  if (!codes.gaps_are_filled) gemm::fill_gaps(codes, image, gap);
  for_each_block(tensor, image, [&](std::int64_t first, std::int64_t size, const float* x) {
    const std::int64_t element = image * tensor.image_size() + first;
    if (!straight_to_grid) quantize_rows(x, size, element, dense.data(), sums);
    for_each_run(codes, image, first, size, [&](std::int64_t byte, std::int64_t begin, std::int64_t count) {
      std::uint8_t* const target = codes.bytes.data() + byte;
      if (straight_to_grid)
        quantize_rows(x + begin, count, element + begin, target, sums);
      else
        std::memcpy(target, dense.data() + begin, static_cast<std::size_t>(count));
    });
  });
}

}  // namespace ampa::quant
