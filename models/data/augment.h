// One normalised image, as a network takes it, moved and mirrored or as it is.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace ampa::data {

constexpr std::int64_t kCropPadding = 4;  // pixels

// Where an augmented image is cut from the original with kCropPadding black pixels around it (the middle is
// offset_y = offset_x = kCropPadding), and whether it is mirrored left to right after that.
struct Augmentation {
  std::int64_t offset_y = kCropPadding, offset_x = kCropPadding;  // 0 .. 2 * kCropPadding
  bool flip = false;
};

// What happens to one image in one epoch, from the 128 random bits that (seed, epoch, kAugment, image index) address:
// offset_y = floor(9 * word0 / 2^32), offset_x = floor(9 * word1 / 2^32), flip = lowest bit of word2.
Augmentation augmentation_of(std::uint64_t seed, std::int64_t epoch, std::int64_t image_index);

// (pixel / 255 - mean) / std for every pixel value, by channel.
std::vector<std::array<float, 256>> value_tables(const Dataset& dataset);

// The bytes of one image in (height, width, channel) order.
struct ImageView {
  ir::Shape shape;
  const std::uint8_t* pixels = nullptr;
};

// Writes an image in (height, width, channel) order: cut and mirrored as `augmentation` says, and each pixel as
// `values` has it, those outside as black.
void write_image(const ImageView& image, const Augmentation& augmentation,
                 const std::vector<std::array<float, 256>>& values, float* out);

// Writes image `index` of `images`, 0 <= index < count(), in (height, width, channel) order: cut and mirrored as
// `augmentation` says, and each pixel as `values` (value_tables of its data set) has it.
void write_image(const LabelledImages& images, std::int64_t index, const Augmentation& augmentation,
                 const std::vector<std::array<float, 256>>& values, float* out);

}  // namespace ampa::data
