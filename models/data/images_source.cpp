#include "data/images_source.h"

#include <fmt/format.h>

#include "common/error.h"
#include "data/augment.h"
#include "data/digest.h"
#include "data/statistics.h"

namespace ampa::data {

ImagesSource::ImagesSource(Dataset dataset) : dataset_(std::move(dataset)), values_(value_tables(dataset_)) {
  shape_.input = {"image", dataset_.train.shape, dataset_.mean, dataset_.std};
  shape_.targets = {{"label", {1, 1, 1}}};
  shape_.num_classes = dataset_.train.num_classes;
}

std::string ImagesSource::digest(Part part) const {
  return data::digest(images(part));
}

void ImagesSource::read(Part part, std::int64_t index, const Variation& variation, float* const* out) const {
  const LabelledImages& from = images(part);
  const Augmentation how = variation.augment ? augmentation_of(variation.seed, variation.epoch, index) : Augmentation{};
  write_image(from, index, how, values_, out[0]);
  *out[1] = static_cast<float>(from.labels[static_cast<std::size_t>(index)]);
}

std::unique_ptr<Source> images_source(const std::string& name, std::pair<LabelledImages, LabelledImages> parts) {
  Dataset dataset;
  dataset.name = name;
  dataset.train = std::move(parts.first);
  dataset.test = std::move(parts.second);
  if (dataset.train.shape != dataset.test.shape)
    throw InputError(fmt::format("{}: expected train and test images of one size, found {} x {} and {} x {}", name,
                                 dataset.train.shape.height, dataset.train.shape.width, dataset.test.shape.height,
                                 dataset.test.shape.width));
  ChannelStatistics statistics = channel_statistics(dataset.train);
  dataset.mean = std::move(statistics.mean);
  dataset.std = std::move(statistics.std);
  return std::make_unique<ImagesSource>(std::move(dataset));
}

}  // namespace ampa::data
