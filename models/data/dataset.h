// Labelled images in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ir/network.h"

namespace ampa::data {

// Images as the files hold them, one byte a pixel, in (image, height, width, channel) order.
struct LabelledImages {
  ir::Shape shape;
  std::int64_t num_classes = 0;
  std::vector<std::uint8_t> pixels;  // count() * shape.size()
  std::vector<std::uint8_t> labels;  // 0 .. num_classes - 1
  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
};

struct Dataset {
  std::string name;
  LabelledImages train, test;
  // Per channel, over the training images that were loaded, in units of 1/255: pixels are normalised to
  // (pixel / 255 - mean) / std.
  std::vector<float> mean, std;
};

}  // namespace ampa::data
