#include "gemm/code_tensor.h"

#include <cstring>

namespace ampa::gemm {

void resize(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images, std::int64_t height,
            std::int64_t width, std::int64_t channels) {
  resize_on_grid(tensor, format, zero_point, images, height, width, channels, height, width, 0, 0, 1);
}

void resize_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                    std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                    std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, std::int64_t dilation) {
  UninitializedVector<std::uint8_t> bytes = std::move(tensor.bytes);
  tensor = CodeTensor{format,      zero_point, images,     height,      width,    channels,
                      grid_height, grid_width, border_top, border_left, dilation, std::move(bytes)};
  const std::int64_t size = images * grid_height * grid_width * channels + CodeTensor::kReadPadding;
  tensor.bytes.resize(static_cast<std::size_t>(size));
  const bool has_other_positions = grid_height != height || grid_width != width;
  const std::int64_t first_filled = has_other_positions ? 0 : size - CodeTensor::kReadPadding;
  std::memset(tensor.bytes.data() + first_filled, zero_point & 0xFF, static_cast<std::size_t>(size - first_filled));
}

CodeTensor matrix(CodeFormat format, std::int32_t zero_point, std::int64_t rows, std::int64_t cols,
                  const std::vector<std::int32_t>& codes) {
  CodeTensor tensor;
  resize(tensor, format, zero_point, rows, 1, 1, cols);
  for (std::size_t i = 0; i < codes.size(); ++i) tensor.bytes[i] = static_cast<std::uint8_t>(codes[i]);
  return tensor;
}

}  // namespace ampa::gemm
