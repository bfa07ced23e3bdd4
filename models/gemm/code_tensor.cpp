#include "gemm/code_tensor.h"

#include <cstring>

namespace ampa::gemm {

namespace {

bool same_grid(const CodeTensor& a, const CodeTensor& b) {
  return a.images == b.images && a.height == b.height && a.width == b.width && a.channels == b.channels &&
         a.grid_height == b.grid_height && a.grid_width == b.grid_width && a.border_top == b.border_top &&
         a.border_left == b.border_left && a.dilation == b.dilation;
}

}  // namespace

void resize(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images, std::int64_t height,
            std::int64_t width, std::int64_t channels) {
  resize_on_grid(tensor, format, zero_point, images, height, width, channels, height, width, 0, 0, 1);
}

void reshape_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                     std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                     std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, YX dilation) {
  UninitializedVector<std::uint8_t> bytes = std::move(tensor.bytes);
  const CodeTensor old = std::move(tensor);
  tensor = CodeTensor{format,      zero_point, images,     height,      width,    channels,
                      grid_height, grid_width, border_top, border_left, dilation, std::move(bytes)};
  tensor.gaps_are_filled = old.gaps_are_filled && old.zero_point == zero_point && same_grid(old, tensor);
  const std::int64_t size = images * grid_height * grid_width * channels;
  tensor.bytes.resize(static_cast<std::size_t>(size + CodeTensor::kReadPadding));
  std::memset(tensor.bytes.data() + size, zero_point & 0xFF, CodeTensor::kReadPadding);
}

void fill_gaps(CodeTensor& tensor, std::int64_t image) {
  fill_gaps(tensor, image, tensor.zero_point);
}

void fill_gaps(CodeTensor& tensor, std::int64_t image, std::int32_t zero_point) {
  if (tensor.grid_height == tensor.height && tensor.grid_width == tensor.width) return;
  std::uint8_t* const grid = tensor.bytes.data() + tensor.grid_offset(image, 0, 0);
  const auto fill = [&](std::int64_t begin, std::int64_t end) {
    std::memset(grid + begin, zero_point & 0xFF, static_cast<std::size_t>(end - begin));
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
                    std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, YX dilation) {
  reshape_on_grid(tensor, format, zero_point, images, height, width, channels, grid_height, grid_width, border_top,
                  border_left, dilation);
  for (std::int64_t image = 0; image < images; ++image) fill_gaps(tensor, image);
  tensor.gaps_are_filled = true;
}

CodeTensor matrix(CodeFormat format, std::int32_t zero_point, std::int64_t rows, std::int64_t cols,
                  const std::vector<std::int32_t>& codes) {
  CodeTensor tensor;
  resize(tensor, format, zero_point, rows, 1, 1, cols);
  for (std::size_t i = 0; i < codes.size(); ++i) tensor.bytes[i] = static_cast<std::uint8_t>(codes[i]);
  return tensor;
}

}  // namespace ampa::gemm
