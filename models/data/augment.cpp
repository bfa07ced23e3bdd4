#include "data/augment.h"

#include "numerics/random_stream.h"

namespace ampa::data {
std::vector<std::array<float, 256>> value_tables(const Dataset& dataset) {
  std::vector<std::array<float, 256>> tables(dataset.mean.size());
  for (std::size_t c = 0; c < tables.size(); ++c)
    for (int pixel = 0; pixel < 256; ++pixel)
      tables[c][static_cast<std::size_t>(pixel)] =
          static_cast<float>((pixel / 255.0 - dataset.mean[c]) / dataset.std[c]);
  return tables;
}

void write_image(const LabelledImages& images, std::int64_t index, const Augmentation& augmentation,
                 const std::vector<std::array<float, 256>>& values, float* out) {
  write_image({images.shape, images.pixels.data() + index * images.shape.size()}, augmentation, values, out);
}

void write_image(const ImageView& image, const Augmentation& augmentation,
                 const std::vector<std::array<float, 256>>& values, float* out) {
  const ir::Shape shape = image.shape;
  const std::uint8_t* pixels = image.pixels;
  for (std::int64_t y = 0; y < shape.height; ++y) {
    const std::int64_t from_y = y + augmentation.offset_y - kCropPadding;
    for (std::int64_t x = 0; x < shape.width; ++x) {
      const std::int64_t cut_x = augmentation.flip ? shape.width - 1 - x : x;
      const std::int64_t from_x = cut_x + augmentation.offset_x - kCropPadding;
      const bool inside = from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
      const std::uint8_t* pixel = inside ? pixels + (from_y * shape.width + from_x) * shape.channels : nullptr;
      for (std::int64_t channel = 0; channel < shape.channels; ++channel)
        *out++ = values[static_cast<std::size_t>(channel)][inside ? pixel[channel] : 0];
    }
  }
}

Augmentation augmentation_of(std::uint64_t seed, std::int64_t epoch, std::int64_t image_index) {
  const numerics::RandomStream stream{seed, static_cast<std::uint32_t>(epoch),
                                      static_cast<std::uint32_t>(numerics::StreamPurpose::kAugment)};
  const numerics::PhiloxCounter words = stream.block(static_cast<std::uint64_t>(image_index));
  constexpr std::uint64_t kOffsets = 2 * kCropPadding + 1;
  Augmentation augmentation;
  augmentation.offset_y = static_cast<std::int64_t>((words[0] * kOffsets) >> 32);
  augmentation.offset_x = static_cast<std::int64_t>((words[1] * kOffsets) >> 32);
  augmentation.flip = (words[2] & 1u) != 0;
  return augmentation;
}

}  // namespace ampa::data
