#include "data/stored_masks.h"

#include <fmt/format.h>

#include <array>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data/augment.h"
#include "data/digest.h"
#include "data/statistics.h"

namespace ampa::data {
namespace {

// The images with labels that nothing looks at, so that what works on those works on these.
LabelledImages as_labelled(const MaskedImages& part) {
  return {part.shape, part.num_classes, part.pixels,
          std::vector<std::uint8_t>(static_cast<std::size_t>(part.count()), 0)};
}

class MasksSource : public Source {
 public:
  MasksSource(std::string name, std::pair<MaskedImages, MaskedImages> parts)
      : name_(std::move(name)),
        masks_{std::move(parts.first.masks), std::move(parts.second.masks)},
        images_{as_labelled(parts.first), as_labelled(parts.second)} {
    const ChannelStatistics statistics = channel_statistics(images_[0]);
    shape_.input = {"image", images_[0].shape, statistics.mean, statistics.std};
    shape_.targets = {{"mask", {1, images_[0].shape.height, images_[0].shape.width}}};
    shape_.num_classes = images_[0].num_classes;
    Dataset dataset;
    dataset.mean = statistics.mean;
    dataset.std = statistics.std;
    values_ = value_tables(dataset);
    for (int byte = 0; byte < 256; ++byte) classes_[0][static_cast<std::size_t>(byte)] = static_cast<float>(byte);
  }

  const std::string& name() const override { return name_; }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return images_[index_of(part)].count(); }

  std::string digest(Part part) const override {
    const auto& masks = masks_[index_of(part)];
    const std::string_view bytes(reinterpret_cast<const char*>(masks.data()), masks.size());
    return sha256_hex(data::digest(images_[index_of(part)]) + " masks " + sha256_hex(bytes));
  }

  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override {
    const LabelledImages& images = images_[index_of(part)];
    const Augmentation how =
        variation.augment ? augmentation_of(variation.seed, variation.epoch, index) : Augmentation{};
    const ImageView image{images.shape, images.pixels.data() + index * images.shape.size()};
    write_image(image, how, values_, out[0]);
    const ir::Shape mask = shape_.targets[0].shape;
    write_image({mask, masks_[index_of(part)].data() + index * mask.size()}, how, classes_, out[1]);
  }

 private:
  static std::size_t index_of(Part part) { return part == Part::kTrain ? 0 : 1; }

  std::string name_;
  std::vector<std::uint8_t> masks_[2];
  LabelledImages images_[2];
  SourceShape shape_;
  std::vector<std::array<float, 256>> values_, classes_{1};  // of every byte, by channel
};

}  // namespace

std::unique_ptr<Source> masks_source(const std::string& name, std::pair<MaskedImages, MaskedImages> parts) {
  if (parts.first.shape != parts.second.shape)
    throw InputError(fmt::format("{}: expected train and test images of one size, found {} x {} and {} x {}", name,
                                 parts.first.shape.height, parts.first.shape.width, parts.second.shape.height,
                                 parts.second.shape.width));
  return std::make_unique<MasksSource>(name, std::move(parts));
}

}  // namespace ampa::data
