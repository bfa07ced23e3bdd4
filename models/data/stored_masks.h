// Images and the class of each of their pixels, in memory, as a source: sample = normalised image, mask.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/source.h"

namespace ampa::data {

// One byte a value, in (image, height, width, channel) order; masks have one channel and hold classes.
struct MaskedImages {
  ir::Shape shape;  // of an image; its mask is 1 x height x width
  std::int64_t num_classes = 2;
  std::vector<std::uint8_t> pixels, masks;
  std::int64_t count() const { return shape.size() == 0 ? 0 : static_cast<std::int64_t>(pixels.size()) / shape.size(); }
};

// Train and test images of one shape, normalised by the training images. A varied sample is cut and mirrored as
// data/augment.h has it, image and mask alike; what lies outside is black and of class 0.
std::unique_ptr<Source> masks_source(const std::string& name, std::pair<MaskedImages, MaskedImages> parts);

}  // namespace ampa::data
