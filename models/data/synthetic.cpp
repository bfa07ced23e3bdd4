#include "data/synthetic.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "data/class_subset.h"
#include "data/images_source.h"
#include "numerics/random_stream.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kSide = 12, kCell = 3, kCells = kSide / kCell;  // templates are 4 x 4 cells of 3 x 3 pixels
constexpr std::int64_t kClasses = 10;
// Strong enough that a network has something to learn, weak enough that a linear classifier still can.
constexpr int kNoise = 160;

enum class Stream : std::uint32_t { kTemplates = 0, kTrain = 1, kTest = 2 };

numerics::RandomStream stream_of(Stream part) {
  return {0, static_cast<std::uint32_t>(part), static_cast<std::uint32_t>(numerics::StreamPurpose::kSyntheticData)};
}

int template_pixel(std::int64_t label, std::int64_t y, std::int64_t x) {
  const std::int64_t cell = (label * kCells + y / kCell) * kCells + x / kCell;
  return 64 + static_cast<int>(stream_of(Stream::kTemplates).bits16(static_cast<std::uint64_t>(cell)) >> 9);
}

LabelledImages make_part(Stream part, std::int64_t count) {
  LabelledImages images;
  images.shape = {1, kSide, kSide};
  images.num_classes = kClasses;
  const numerics::RandomStream stream = stream_of(part);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t label = i % kClasses;
    images.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::int64_t p = 0; p < kSide * kSide; ++p) {
      const std::uint32_t bits = stream.bits16(static_cast<std::uint64_t>(i * kSide * kSide + p));
      const int noise = static_cast<int>((bits * kNoise) >> 16) - kNoise / 2;
      const int pixel = template_pixel(label, p / kSide, p % kSide) + noise;
      images.pixels.push_back(static_cast<std::uint8_t>(std::clamp(pixel, 0, 255)));
    }
  }
  return images;
}

void check_count(const char* key, std::int64_t count) {
  if (count > kSyntheticMax)
    throw InputError(fmt::format("synthetic: {}: expected at most {}, found {}", key, kSyntheticMax, count));
}

}  // namespace

std::pair<LabelledImages, LabelledImages> make_synthetic(std::int64_t max_train, std::int64_t max_test) {
  check_count("max_train", max_train);
  check_count("max_test", max_test);
  return {make_part(Stream::kTrain, max_train == 0 ? kSyntheticTrain : max_train),
          make_part(Stream::kTest, max_test == 0 ? kSyntheticTest : max_test)};
}

SourceInfo synthetic() {
  return {"synthetic",
          "generated",
          "",
          "noisy copies of ten random templates, 12 x 12, for tests",
          SourceInfo::Files::kNone,
          class_settings(),
          [](const SourceRequest& asked, const Json& values) {
            return images_source("synthetic", load_classes(asked, values, make_synthetic));
          }};
}

}  // namespace ampa::data
