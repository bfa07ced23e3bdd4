// blobs: generated images and masks, so that tests and quick tables of segmentation need no download.
//
// 16 x 16 grey images: one to three discs of radius 2 to 5 on a darker ground, both noisy; the mask is 1 in a disc.
#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "data/stored_masks.h"
#include "numerics/random_stream.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kSide = 16;
constexpr std::int64_t kTrain = 256, kTest = 64, kMost = 65536;
constexpr std::uint64_t kSeed = 1;  // 0 is that of the generated images
constexpr int kGround = 96, kDisc = 144, kNoise = 96;

// Discs and noise have streams of their own: 1 and 2 of the training images, 3 and 4 of the test images.
numerics::RandomStream stream_of(std::uint32_t number) {
  return {kSeed, number, static_cast<std::uint32_t>(numerics::StreamPurpose::kSyntheticData)};
}

// Whether a pixel lies in one of the image's discs.
bool is_inside(const numerics::RandomStream& discs, std::int64_t image, std::int64_t y, std::int64_t x) {
  const auto number = [&](std::int64_t i, std::uint32_t below) {
    return static_cast<std::int64_t>(discs.bits16(static_cast<std::uint64_t>(16 * image + i)) % below);
  };
  const std::int64_t count = 1 + number(0, 3);
  for (std::int64_t disc = 0; disc < count; ++disc) {
    const std::int64_t cy = number(1 + 3 * disc, kSide), cx = number(2 + 3 * disc, kSide),
                       r = 2 + number(3 + 3 * disc, 4);
    if ((y - cy) * (y - cy) + (x - cx) * (x - cx) <= r * r) return true;
  }
  return false;
}

MaskedImages make_part(std::uint32_t first_stream, std::int64_t count, const char* key) {
  if (count > kMost) throw InputError(fmt::format("blobs: {}: expected at most {}, found {}", key, kMost, count));
  MaskedImages part;
  part.shape = {1, kSide, kSide};
  const numerics::RandomStream discs = stream_of(first_stream), noise = stream_of(first_stream + 1);
  for (std::int64_t image = 0; image < count; ++image)
    for (std::int64_t p = 0; p < kSide * kSide; ++p) {
      const bool inside = is_inside(discs, image, p / kSide, p % kSide);
      const std::uint32_t bits = noise.bits16(static_cast<std::uint64_t>(image * kSide * kSide + p));
      const int pixel = (inside ? kDisc : kGround) + static_cast<int>((bits * kNoise) >> 16) - kNoise / 2;
      part.pixels.push_back(static_cast<std::uint8_t>(std::clamp(pixel, 0, 255)));
      part.masks.push_back(inside ? 1 : 0);
    }
  return part;
}

}  // namespace

SourceInfo blobs() {
  return {"blobs",
          "generated",
          "",
          "noisy discs and their masks, 16 x 16, 2 classes, for tests",
          SourceInfo::Files::kNone,
          {},
          [](const SourceRequest& asked, const Json&) {
            return masks_source("blobs", {make_part(1, asked.max_train == 0 ? kTrain : asked.max_train, "max_train"),
                                          make_part(3, asked.max_test == 0 ? kTest : asked.max_test, "max_test")});
          }};
}

}  // namespace ampa::data
