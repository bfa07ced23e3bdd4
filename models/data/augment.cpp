#include "data/augment.h"

#include <array>
#include <vector>

#include "numerics/random_stream.h"

namespace ampa::data {
namespace {

// The normalised value of every pixel value, per channel.
std::vector<std::array<float, 256>> value_tables(const Dataset& dataset) {
  std::vector<std::array<float, 256>> tables(dataset.mean.size());
  for (std::size_t c = 0; c < tables.size(); ++c)
    for (int pixel = 0; pixel < 256; ++pixel)
      tables[c][static_cast<std::size_t>(pixel)] =
          static_cast<float>((pixel / 255.0 - dataset.mean[c]) / dataset.std[c]);
  return tables;
}

void write_image(const std::uint8_t* pixels, ir::Shape shape, const Augmentation& augmentation,
                 const std::vector<std::array<float, 256>>& tables, float* out) {
  for (std::int64_t y = 0; y < shape.height; ++y) {
    const std::int64_t from_y = y + augmentation.offset_y - kCropPadding;
    for (std::int64_t x = 0; x < shape.width; ++x) {
      const std::int64_t cut_x = augmentation.flip ? shape.width - 1 - x : x;
      const std::int64_t from_x = cut_x + augmentation.offset_x - kCropPadding;
      const bool inside = from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
      const std::uint8_t* pixel = inside ? pixels + (from_y * shape.width + from_x) * shape.channels : nullptr;
      for (std::int64_t c = 0; c < shape.channels; ++c)
        *out++ = tables[static_cast<std::size_t>(c)][inside ? pixel[c] : 0];
    }
  }
}

}  // namespace

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

void make_batch(const Dataset& dataset, const LabelledImages& source, const std::int64_t* indices,
                std::int64_t batch_size, bool augment, std::uint64_t seed, std::int64_t epoch, ThreadPool& threads,
                float* images, std::uint8_t* labels) {
  const std::vector<std::array<float, 256>> tables = value_tables(dataset);
  const std::int64_t size = source.shape.size();
  threads.for_each_part(batch_size, [&](std::int64_t i) {
    const std::int64_t index = indices[i];
    const Augmentation augmentation = augment ? augmentation_of(seed, epoch, index) : Augmentation{};
    write_image(source.pixels.data() + index * size, source.shape, augmentation, tables, images + i * size);
    labels[i] = source.labels[static_cast<std::size_t>(index)];
  });
}

}  // namespace ampa::data
