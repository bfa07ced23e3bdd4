#include "quant/tensor_quantizer.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "common/error.h"

namespace ampa::quant {
namespace {

// The codes of one image between their dense order, which the kernels work in, and their places on the grid.
template <typename CopyRow>
void for_each_run(const gemm::CodeTensor& codes, std::int64_t image, const CopyRow& copy) {
  const std::int64_t row_size = codes.width * codes.channels;
  for (std::int64_t y = 0; y < codes.height; ++y) {
    if (codes.dilation == 1) {
      copy(codes.offset(image, y, 0), y * row_size, row_size);
      continue;
    }
    for (std::int64_t x = 0; x < codes.width; ++x)
      copy(codes.offset(image, y, x), y * row_size + x * codes.channels, codes.channels);
  }
}

std::vector<std::uint8_t> dense_image(const gemm::CodeTensor& codes, std::int64_t image) {
  std::vector<std::uint8_t> dense(static_cast<std::size_t>(codes.height * codes.width * codes.channels));
  for_each_run(codes, image, [&](std::int64_t grid, std::int64_t position, std::int64_t size) {
    std::memcpy(dense.data() + position, codes.bytes.data() + grid, static_cast<std::size_t>(size));
  });
  return dense;
}

}  // namespace

GridLayout dense_layout(const FloatView& tensor) {
  return {tensor.height, tensor.width, 0, 0, 1};
}

numerics::Range measure_range(const FloatView& tensor, ThreadPool& threads) {
  std::vector<numerics::Range> parts(static_cast<std::size_t>(tensor.images));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    parts[static_cast<std::size_t>(image)] =
        kernels::active().range(tensor.data + image * tensor.image_size(), tensor.image_size());
  });
  numerics::Range range;
  for (const numerics::Range& part : parts) {
    if (!part.finite) throw NonFiniteError("quantizer: expected finite values, found an infinity or a NaN");
    range.min = std::min(range.min, part.min);
    range.max = std::max(range.max, part.max);
  }
  return range;
}

void quantize(const FloatView& tensor, const numerics::QuantParams& params, const GridLayout& layout,
              const std::optional<numerics::RandomStream>& stream, ThreadPool& threads, gemm::CodeTensor& codes) {
  gemm::resize_on_grid(codes, params.format, params.zero_point, tensor.images, tensor.height, tensor.width,
                       tensor.channels, layout.grid_height, layout.grid_width, layout.border_top, layout.border_left,
                       layout.dilation);
  const std::int64_t size = tensor.image_size();
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    std::vector<std::uint8_t> dense(static_cast<std::size_t>(size));
    const float* x = tensor.data + image * size;
    if (stream)
      kernels::active().quantize_stochastic(x, size, params, *stream, static_cast<std::uint64_t>(image * size),
                                            dense.data());
    else
      kernels::active().quantize_nearest(x, size, params, dense.data());
    for_each_run(codes, image, [&](std::int64_t grid, std::int64_t position, std::int64_t run) {
      std::memcpy(codes.bytes.data() + grid, dense.data() + position, static_cast<std::size_t>(run));
    });
  });
}

QuantizationSums quantization_sums(const FloatView& tensor, const numerics::QuantParams& params,
                                   const gemm::CodeTensor& codes, ThreadPool& threads) {
  const std::int64_t size = tensor.image_size();
  std::vector<QuantizationSums> parts(static_cast<std::size_t>(tensor.images));
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    const std::vector<std::uint8_t> dense = dense_image(codes, image);
    parts[static_cast<std::size_t>(image)] = {
        kernels::active().quantization_error_q16(tensor.data + image * size, dense.data(), size, params),
        kernels::active().sum_abs_codes(dense.data(), size, params)};
  });
  QuantizationSums sums;
  for (const QuantizationSums& part : parts) {
    sums.error_q16 += part.error_q16;
    sums.abs_codes += part.abs_codes;
  }
  return sums;
}

}  // namespace ampa::quant
