// Batches of normalised images, as a network takes them.
#pragma once

#include <cstdint>

#include "common/thread_pool.h"
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

// Writes images indices[0 .. batch_size) of `source`, a part of `dataset`, as (pixel / 255 - mean) / std into
// images (batch_size, height, width, channels), and their labels into labels (batch_size). 0 <= indices[i] < count().
// With `augment` each image goes through augmentation_of(seed, epoch, its index); else seed and epoch mean nothing.
void make_batch(const Dataset& dataset, const LabelledImages& source, const std::int64_t* indices,
                std::int64_t batch_size, bool augment, std::uint64_t seed, std::int64_t epoch, ThreadPool& threads,
                float* images, std::uint8_t* labels);

}  // namespace ampa::data
