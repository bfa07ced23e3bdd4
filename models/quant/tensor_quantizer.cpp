#include "quant/tensor_quantizer.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/error.h"
#include "quant/image_quantizer.h"

namespace ampa::quant {
namespace {

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
              const RoundingOf& rounding, ThreadPool& threads, gemm::CodeTensor& codes, QuantizationSums* sums) {
  const Storage storage = storage_of(params, rounding.is_stochastic());
  gemm::reshape_on_grid(codes, storage.format, storage.gap, tensor.images, tensor.height, tensor.width, tensor.channels,
                        layout.grid_height, layout.grid_width, layout.border_top, layout.border_left, layout.dilation);
  std::vector<QuantizationSums> parts(sums ? static_cast<std::size_t>(tensor.images) : 0);
  const RowQuantizer quantize_rows(params, rounding);
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    quantize_image(tensor, quantize_rows, image, storage.gap, codes,
                   sums ? &parts[static_cast<std::size_t>(image)] : nullptr);
  });
  codes.gaps_are_filled = true;
  for (const QuantizationSums& part : parts) {
    sums->error_q16 += part.error_q16;
    sums->abs_codes += part.abs_codes;
  }
}

}  // namespace ampa::quant
