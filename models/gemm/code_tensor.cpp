#include "gemm/code_tensor.h"

#include <cstring>

namespace ampa::gemm {

void resize(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images, std::int64_t height,
            std::int64_t width, std::int64_t channels) {
  resize_on_grid(tensor, format, zero_point, images, height, width, channels, height, width, 0, 0, 1);
}

void reshape_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                     std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                     std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, std::int64_t dilation) {
  UninitializedVector<std::uint8_t> bytes = std::move(tensor.bytes);
  tensor = CodeTensor{format,      zero_point, images,     height,      width,    channels,
                      grid_height, grid_width, border_top, border_left, dilation, std::move(bytes)};
  const std::int64_t size = images * grid_height * grid_width * channels;
  tensor.bytes.resize(static_cast<std::size_t>(size + CodeTensor::kReadPadding));
  std::memset(tensor.bytes.data() + size, zero_point & 0xFF, CodeTensor::kReadPadding);
}

void fill_gaps(CodeTensor& tensor, std::int64_t image) {
  if (tensor.grid_height == tensor.height && tensor.grid_width == tensor.width) return;
  std::uint8_t* const grid = tensor.bytes.data() + tensor.grid_offset(image, 0, 0);
  const auto fill = [&](std::int64_t begin, std::int64_t end) {
    std::memset(grid + begin, tensor.zero_point & 0xFF, static_cast<std::size_t>(end - begin));
  };
  const std::int64_t row = tensor.grid_width * tensor.channels, end = tensor.grid_height * row;
  if (tensor.dilation != 1) return fill(0, end);
  // From the end of one row of the tensor to the begin of the next.
  const std::int64_t begin = tensor.border_top * row + tensor.border_left * tensor.channels;
  const std::int64_t length = tensor.width * tensor.channels;
  fill(0, begin);
  for (std::int64_t y = 1; y < tensor.height; ++y) fill(begin + (y - 1) * row + length, begin + y * row);
  fill(begin + (tensor.height - 1) * row + length, end);
}

void resize_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                    std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                    std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, std::int64_t dilation) {
  reshape_on_grid(tensor, format, zero_point, images, height, width, channels, grid_height, grid_width, border_top,
                  border_left, dilation);
  for (std::int64_t image = 0; image < images; ++image) fill_gaps(tensor, image);
}

CodeTensor matrix(CodeFormat format, std::int32_t zero_point, std::int64_t rows, std::int64_t cols,
                  const std::vector<std::int32_t>& codes) {
  CodeTensor tensor;
  resize(tensor, format, zero_point, rows, 1, 1, cols);
  for (std::size_t i = 0; i < codes.size(); ++i) tensor.bytes[i] = static_cast<std::uint8_t>(codes[i]);
  return tensor;
}

}  // namespace ampa::gemm
