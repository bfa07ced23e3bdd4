#include "quant/tensor_quantizer.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "common/error.h"
#include "common/uninitialized_vector.h"

namespace ampa::quant {
namespace {

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
    if (stream_)
      kernels::active().quantize_stochastic(x, size, params_, *stream_, static_cast<std::uint64_t>(first_element),
                                            codes, sums);
    else
      kernels::active().quantize_nearest(x, size, params_, codes, sums);
  }

 private:
  const numerics::QuantParams& params_;
  const std::optional<numerics::RandomStream>& stream_;
};

// Long rows go to the grid at once, others by way of a block of codes.
void quantize_image(const FloatView& tensor, const RowQuantizer& quantize_rows, std::int64_t image,
                    gemm::CodeTensor& codes, QuantizationSums* sums) {
  constexpr std::int64_t kLongRow = 256;
  const bool straight_to_grid = codes.dilation.x == 1 && tensor.row_size() >= kLongRow;
  thread_local UninitializedVector<std::uint8_t> dense;
  if (!straight_to_grid) dense.resize(static_cast<std::size_t>(block_size(read_shape(tensor))));
  if (!codes.gaps_are_filled) gemm::fill_gaps(codes, image);
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

kernels::Range range_of_images(const FloatView& tensor, const std::vector<std::int64_t>& images, ThreadPool& threads) {
  std::vector<kernels::Range> parts(images.size());
  threads.for_each_part(static_cast<std::int64_t>(images.size()), [&](std::int64_t i) {
    const auto part = static_cast<std::size_t>(i);
    for_each_block(tensor, images[part], [&](std::int64_t, std::int64_t size, const float* x) {
      parts[part].include(kernels::active().range(x, size));
    });
  });
  kernels::Range range;
  for (const kernels::Range& part : parts) range.include(part);
  return range;
}

std::vector<kernels::Range> limits_of(const FloatView& tensor, ThreadPool& threads) {
  std::vector<kernels::Range> limits(static_cast<std::size_t>(tensor.images));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    limits[static_cast<std::size_t>(image)] = tensor.source->limits(image);
  });
  return limits;
}

// The images that may have the largest and the smallest values.
std::vector<std::int64_t> likely_extremes(const std::vector<kernels::Range>& limits) {
  constexpr std::size_t kOfEach = 2;
  std::vector<std::int64_t> order(limits.size()), chosen;
  std::iota(order.begin(), order.end(), 0);
  const std::size_t count = std::min(kOfEach, order.size());
  const auto take_first = [&](const auto& before) {
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), before);
    chosen.insert(chosen.end(), order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const auto limit = [&](std::int64_t image) { return limits[static_cast<std::size_t>(image)]; };
  take_first([&](std::int64_t a, std::int64_t b) { return limit(a).max > limit(b).max; });
  take_first([&](std::int64_t a, std::int64_t b) { return limit(a).min < limit(b).min; });
  return chosen;
}

}  // namespace

GridLayout dense_layout(const FloatView& tensor) {
  return {tensor.height, tensor.width, 0, 0, 1};
}

void check_finite(const kernels::Range& range) {
  if (!range.finite) throw NonFiniteError("quantizer: expected finite values, found an infinity or a NaN");
}

kernels::Range measure_range(const FloatView& tensor, ThreadPool& threads) {
  kernels::Range range;
  std::vector<std::int64_t> images(static_cast<std::size_t>(tensor.images));
  std::iota(images.begin(), images.end(), 0);
  if (tensor.source) {
    const std::vector<kernels::Range> limits = limits_of(tensor, threads);
    range = range_of_images(tensor, likely_extremes(limits), threads);
    const auto cannot_widen = [&](std::int64_t image) {
      const kernels::Range& limit = limits[static_cast<std::size_t>(image)];
      return limit.min >= range.min && limit.max <= range.max;
    };
    images.erase(std::remove_if(images.begin(), images.end(), cannot_widen), images.end());
  }
  range.include(range_of_images(tensor, images, threads));
  check_finite(range);
  return range;
}

void quantize(const FloatView& tensor, const numerics::QuantParams& params, const GridLayout& layout,
              const std::optional<numerics::RandomStream>& stream, ThreadPool& threads, gemm::CodeTensor& codes,
              QuantizationSums* sums) {
  gemm::reshape_on_grid(codes, params.format, params.zero_point, tensor.images, tensor.height, tensor.width,
                        tensor.channels, layout.grid_height, layout.grid_width, layout.border_top, layout.border_left,
                        layout.dilation);
  std::vector<QuantizationSums> parts(sums ? static_cast<std::size_t>(tensor.images) : 0);
  const RowQuantizer quantize_rows(params, stream);
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    quantize_image(tensor, quantize_rows, image, codes, sums ? &parts[static_cast<std::size_t>(image)] : nullptr);
  });
  codes.gaps_are_filled = true;
  for (const QuantizationSums& part : parts) {
    sums->error_q16 += part.error_q16;
    sums->abs_codes += part.abs_codes;
  }
}

}  // namespace ampa::quant
