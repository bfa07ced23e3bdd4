// JPEG and PNG files (libjpeg-turbo, libpng) as bytes of pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ir/network.h"

namespace ampa::data {

struct Picture {
  ir::Shape shape;                   // 1 or 3 channels
  std::vector<std::uint8_t> pixels;  // (height, width, channel) order
};

enum class Colours { kGrey, kRgb };

// Decodes a file by what it begins with, whatever its name. Colours become grey and grey becomes three equal channels
// as asked; 16 bits become 8, what is transparent lies on black. JPEG is decoded with the exact ("islow") transform.
// Throws InputError naming the file: neither JPEG nor PNG, damaged, cut off, CMYK, a side of more than 16384 pixels.
Picture read_picture(const std::filesystem::path& path, Colours colours);

// Whether the file's name ends in .jpg, .jpeg or .png, in letters of either case.
bool is_picture_name(const std::filesystem::path& path);

// The picture in another size, bilinear with pixel centres at 1/2, in double, halves rounded up (without averaging
// where it becomes smaller than half). nearest() takes the nearest pixel instead: for classes.
Picture resized(const Picture& picture, std::int64_t height, std::int64_t width);
Picture nearest(const Picture& picture, std::int64_t height, std::int64_t width);

}  // namespace ampa::data
