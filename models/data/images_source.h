// Labelled images as a source: sample = normalised image, class.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "data/dataset.h"
#include "data/source.h"

namespace ampa::data {

class ImagesSource : public Source {
 public:
  explicit ImagesSource(Dataset dataset);

  const std::string& name() const override { return dataset_.name; }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return images(part).count(); }
  std::string digest(Part part) const override;
  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override;

  const Dataset& dataset() const { return dataset_; }

 private:
  const LabelledImages& images(Part part) const { return part == Part::kTrain ? dataset_.train : dataset_.test; }

  Dataset dataset_;
  SourceShape shape_;
  std::vector<std::array<float, 256>> values_;  // of every pixel value, by channel
};

// Train and test images, normalised by the training images. Throws InputError if their sizes differ.
std::unique_ptr<Source> images_source(const std::string& name, std::pair<LabelledImages, LabelledImages> parts);

}  // namespace ampa::data
