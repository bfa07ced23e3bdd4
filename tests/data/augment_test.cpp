#include "data/augment.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "data/images_source.h"
#include "data/statistics.h"
#include "data/synthetic.h"

using namespace ampa::data;

namespace {

Dataset two_channels() {
  Dataset dataset;
  dataset.train.shape = {2, 3, 5};
  dataset.train.num_classes = 4;
  for (int i = 0; i < 4 * 30; ++i) dataset.train.pixels.push_back(static_cast<std::uint8_t>(i * 37 + 11));
  dataset.train.labels = {3, 1, 0, 2};
  dataset.mean = {0.25f, 0.5f};
  dataset.std = {0.5f, 0.125f};
  return dataset;
}

void make_batch(const Dataset& dataset, const std::int64_t* indices, std::int64_t count, const Variation& variation,
                float* images, std::uint8_t* labels) {
  const ImagesSource source(dataset);
  for (std::int64_t i = 0; i < count; ++i) {
    float label = -1;
    float* const out[] = {images + i * source.shape().input.shape.size(), &label};
    source.read(Part::kTrain, indices[i], variation, out);
    labels[i] = static_cast<std::uint8_t>(label);
  }
}

float normalised(const Dataset& dataset, int pixel, std::size_t channel) {
  return static_cast<float>((pixel / 255.0 - dataset.mean[channel]) / dataset.std[channel]);
}

}  // namespace

TEST_CASE("a batch without augmentation is the normalised images in the given order") {
  const Dataset dataset = two_channels();
  const std::array<std::int64_t, 3> indices = {2, 0, 2};
  std::vector<float> images(3 * 30);
  std::array<std::uint8_t, 3> labels{};
  make_batch(dataset, indices.data(), 3, {false, 1, 0}, images.data(), labels.data());
  CHECK(labels == std::array<std::uint8_t, 3>{0, 3, 0});
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t p = 0; p < 30; ++p)
      CHECK(images[i * 30 + p] ==
            normalised(dataset, dataset.train.pixels[static_cast<std::size_t>(indices[i]) * 30 + p], p % 2));
}

TEST_CASE("an augmented image is a window of the padded one, mirrored if flipped") {
  const Dataset dataset = two_channels();
  std::vector<float> image(30);
  std::uint8_t label = 0;
  for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
    const std::int64_t index = epoch % 4;
    make_batch(dataset, &index, 1, {true, 9, epoch}, image.data(), &label);
    const Augmentation augmentation = augmentation_of(9, epoch, index);
    // An independent form: paint the padded picture, then cut.
    std::array<std::array<std::array<int, 2>, 13>, 11> padded{};
    for (std::size_t y = 0; y < 3; ++y)
      for (std::size_t x = 0; x < 5; ++x)
        for (std::size_t c = 0; c < 2; ++c)
          padded[y + 4][x + 4][c] = dataset.train.pixels[static_cast<std::size_t>(index) * 30 + (y * 5 + x) * 2 + c];
    bool equal = true;
    for (std::size_t y = 0; y < 3; ++y)
      for (std::size_t x = 0; x < 5; ++x)
        for (std::size_t c = 0; c < 2; ++c) {
          const std::size_t column = augmentation.flip ? 4 - x : x;
          const int pixel = padded[y + static_cast<std::size_t>(augmentation.offset_y)]
                                  [column + static_cast<std::size_t>(augmentation.offset_x)][c];
          equal = equal && image[(y * 5 + x) * 2 + c] == normalised(dataset, pixel, c);
        }
    CHECK(equal);
  }
}

TEST_CASE("augmentation depends on seed, epoch and image alone, not on place or order") {
  Dataset dataset;
  std::tie(dataset.train, dataset.test) = make_synthetic(20, 1);
  const ChannelStatistics statistics = channel_statistics(dataset.train);
  dataset.mean = statistics.mean;
  dataset.std = statistics.std;
  const std::array<std::int64_t, 3> forward = {4, 9, 17}, backward = {17, 9, 4};
  std::vector<float> first(3 * 144), second(3 * 144);
  std::array<std::uint8_t, 3> labels{};
  make_batch(dataset, forward.data(), 3, {true, 5, 2}, first.data(), labels.data());
  make_batch(dataset, backward.data(), 3, {true, 5, 2}, second.data(), labels.data());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::equal(first.begin() + static_cast<std::ptrdiff_t>(i * 144),
                     first.begin() + static_cast<std::ptrdiff_t>((i + 1) * 144),
                     second.begin() + static_cast<std::ptrdiff_t>((2 - i) * 144)));
}

TEST_CASE("offsets and flips are about equally frequent") {
  std::array<int, 9> rows{}, cols{};
  int flips = 0;
  for (std::int64_t image = 0; image < 9000; ++image) {
    const Augmentation augmentation = augmentation_of(1, 0, image);
    ++rows.at(static_cast<std::size_t>(augmentation.offset_y));
    ++cols.at(static_cast<std::size_t>(augmentation.offset_x));
    flips += augmentation.flip;
  }
  for (const int count : rows) CHECK(std::abs(count - 1000) < 150);
  for (const int count : cols) CHECK(std::abs(count - 1000) < 150);
  CHECK(std::abs(flips - 4500) < 240);
}
