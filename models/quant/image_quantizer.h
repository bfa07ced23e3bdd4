// From the floats of one image to its codes on their grid.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "common/uninitialized_vector.h"
#include "gemm/code_tensor.h"
#include "kernels/kernels.h"
#include "quant/tensor_quantizer.h"
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

inline std::uint32_t random_bits(const RoundingOf& rounding, std::uint64_t element) {
  return rounding.is_stochastic() ? rounding.stream.bits16(element) : 0;
}

// Rows of a tensor, next to each other, to codes next to each other: by the vectorised loops where there are some.
class RowQuantizer {
 public:
  RowQuantizer(const numerics::QuantParams& params, const RoundingOf& rounding)
      : params_(params), rounding_(rounding) {}
  void operator()(const float* x, std::int64_t size, std::int64_t first_element, std::uint8_t* codes,
                  QuantizationSums* sums) const {
    if (params_.format.is_two_level())
      return quantize_two_level(x, size, params_, random(), first_element, codes, sums);
    const auto first = static_cast<std::uint64_t>(first_element);
    if (rounding_.rule == numerics::Rounding::kNearestEven)
      kernels::active().quantize_nearest(x, size, params_, codes, sums);
    else if (rounding_.is_stochastic() && params_.format.is_signed && !(sums && rounding_.sums_codes))
      kernels::active().quantize_stochastic(x, size, params_, rounding_.stream, first, codes, sums);
    else
      quantize_one_by_one(x, size, first, codes, sums);
  }

 private:
  std::optional<numerics::RandomStream> random() const {
    return rounding_.is_stochastic() ? std::optional(rounding_.stream) : std::nullopt;
  }

  void quantize_one_by_one(const float* x, std::int64_t size, std::uint64_t first, std::uint8_t* codes,
                           QuantizationSums* sums) const {
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int32_t code = numerics::quantize(x[i], params_, rounding_.rule,
                                                   random_bits(rounding_, first + static_cast<std::uint64_t>(i)));
      codes[i] = static_cast<std::uint8_t>(code);
      if (!sums) continue;
      sums->error_q16 += numerics::quantization_error_q16(x[i], code, params_);
      if (rounding_.sums_codes) sums->abs_codes += std::abs(code - params_.zero_point);
    }
  }

  const numerics::QuantParams& params_;
  const RoundingOf& rounding_;
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
