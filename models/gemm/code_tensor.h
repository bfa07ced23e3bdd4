// A four-dimensional tensor of integer codes, laid out so that convolutions read it without copying patches.
#pragma once

#include <cstdint>
#include <vector>

#include "common/uninitialized_vector.h"
#include "common/yx.h"
#include "numerics/formats.h"

namespace ampa::gemm {

// Codes of shape (images, height, width, channels), one byte each, on a grid that may be wider than the tensor:
// tensor position (y, x) lies at grid position (border_top + y * dilation.y, border_left + x * dilation.x), and every
// other grid position, like the padding of a convolution, holds the zero point. Grid rows are grid_width * channels
// bytes, images grid_height * grid_width * channels bytes, without gaps.
struct CodeTensor {
  CodeFormat format;
  std::int32_t zero_point = 0;
  std::int64_t images = 0, height = 0, width = 0, channels = 0;
  std::int64_t grid_height = 0, grid_width = 0;
  std::int64_t border_top = 0, border_left = 0;
  YX dilation = 1;
  // Signed codes are stored in two's complement. At least kReadPadding bytes follow the last code.
  UninitializedVector<std::uint8_t> bytes;

  bool gaps_are_filled = false;  // what is no tensor position holds the zero point already
  // Groups of images or channels have zero points of their own, and gaps hold those: zero_point does not say them.
  bool has_own_gaps = false;

  static constexpr std::int64_t kReadPadding = 64;

  std::int64_t num_codes() const { return images * height * width * channels; }
  std::int64_t grid_offset(std::int64_t image, std::int64_t grid_y, std::int64_t grid_x) const {
    return ((image * grid_height + grid_y) * grid_width + grid_x) * channels;
  }
  std::int64_t offset(std::int64_t image, std::int64_t y, std::int64_t x) const {
    return grid_offset(image, border_top + y * dilation.y, border_left + x * dilation.x);
  }
  std::int32_t code_at(std::int64_t byte_offset) const {
    const std::uint8_t byte = bytes[static_cast<std::size_t>(byte_offset)];
    return format.is_signed ? static_cast<std::int8_t>(byte) : byte;
  }
};

// Makes room for a tensor, reusing the memory that `tensor` has. The codes are undefined until they are written; the
// other positions of the grid and the read padding hold the zero point.
void resize(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images, std::int64_t height,
            std::int64_t width, std::int64_t channels);
void resize_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                    std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                    std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, YX dilation);

// For tensors that are written image by image: reshape_on_grid() leaves every position undefined, and fill_gaps() gives
// the zero point to what is no tensor position of one image's grid. It may overwrite tensor positions of that image, so
// it comes before they are written. Whoever has filled the gaps of all images sets gaps_are_filled; reshaping to the
// same layout and zero point keeps them.
void reshape_on_grid(CodeTensor& tensor, CodeFormat format, std::int32_t zero_point, std::int64_t images,
                     std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t grid_height,
                     std::int64_t grid_width, std::int64_t border_top, std::int64_t border_left, YX dilation);
void fill_gaps(CodeTensor& tensor, std::int64_t image);
void fill_gaps(CodeTensor& tensor, std::int64_t image, std::int32_t zero_point);  // of the image's own

// Writes every code of the tensor, images, rows, columns and channels in this order, each what next_code() returns
// then.
template <class NextCode>
void fill_codes(CodeTensor& tensor, const NextCode& next_code) {
  for (std::int64_t image = 0; image < tensor.images; ++image)
    for (std::int64_t y = 0; y < tensor.height; ++y)
      for (std::int64_t x = 0; x < tensor.width; ++x)
        for (std::int64_t channel = 0; channel < tensor.channels; ++channel)
          tensor.bytes[static_cast<std::size_t>(tensor.offset(image, y, x) + channel)] =
              static_cast<std::uint8_t>(next_code());
}

// A rows x cols matrix as a CodeTensor: images = rows, 1 x 1 positions, channels = cols.
CodeTensor matrix(CodeFormat format, std::int32_t zero_point, std::int64_t rows, std::int64_t cols,
                  const std::vector<std::int32_t>& codes);

}  // namespace ampa::gemm
