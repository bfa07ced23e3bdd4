// npy: arrays that a Python program saved. DIR/train.npz and DIR/test.npz, each with the arrays `images` and `labels`,
// or DIR/train_images.npy, train_labels.npy, test_images.npy and test_labels.npy.
//
// Images (n, height, width) or (n, height, width, channels); with npy_layout nchw (n, channels, height, width). uint8
// is normalised by the training images as every image here; float32 is taken as it is and must be finite. Labels are
// integers from 0: one of each image, (n), or one of each pixel, (n, height, width). Classes are counted from the
// training labels.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/npy.h"
#include "data/augment.h"
#include "data/binary_file.h"
#include "data/npz.h"
#include "data/source.h"
#include "data/statistics.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kMaxClasses = 65536;

struct Arrays {
  std::string images_name, labels_name;  // as messages have them
  NpyArray images, labels;
};

struct LabelledArrays {
  ir::Shape shape, target;
  std::vector<std::uint8_t> bytes;  // of uint8 images
  std::vector<float> floats;        // of float32 images
  std::vector<std::int32_t> labels;
  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()) / target.size(); }
};

Arrays read_arrays(const std::filesystem::path& dir, const std::string& part) {
  const std::filesystem::path npz = dir / (part + ".npz");
  Arrays arrays;
  if (std::filesystem::exists(npz)) {
    const std::map<std::string, std::string> members = read_npz(npz);
    const auto take = [&](const char* name, std::string& shown) {
      const auto found = members.find(name);
      if (found == members.end())
        throw InputError(fmt::format("{}: expected the array \"{}\" in it, found none", npz.string(), name));
      shown = fmt::format("{}: {}", npz.string(), name);
      return decode_npy(found->second, shown);
    };
    arrays.images = take("images", arrays.images_name);
    arrays.labels = take("labels", arrays.labels_name);
    return arrays;
  }
  const auto take = [&](const char* name, std::string& shown) {
    const std::filesystem::path path = dir / fmt::format("{}_{}.npy", part, name);
    if (!std::filesystem::exists(path))
      throw InputError(fmt::format("{}: expected {}.npz or {}_images.npy and {}_labels.npy in it, found no {}",
                                   dir.string(), part, part, part, path.filename().string()));
    shown = path.string();
    const std::vector<std::uint8_t> bytes = read_binary(path);
    return decode_npy({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, shown);
  };
  arrays.images = take("images", arrays.images_name);
  arrays.labels = take("labels", arrays.labels_name);
  return arrays;
}

std::string shown(const std::vector<std::int64_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

ir::Shape image_shape(const Arrays& arrays, bool channels_first) {
  const std::vector<std::int64_t>& shape = arrays.images.shape;
  if ((shape.size() != 3 && shape.size() != 4) || arrays.images.num_elements() == 0)
    throw InputError(fmt::format("{}: expected images of shape (n, height, width{}), found {}", arrays.images_name,
                                 channels_first ? ") or (n, channels, height, width" : "[, channels]", shown(shape)));
  if (shape.size() == 3) return {1, shape[1], shape[2]};
  return channels_first ? ir::Shape{shape[1], shape[2], shape[3]} : ir::Shape{shape[3], shape[1], shape[2]};
}

// The first `count` images, channels innermost.
template <typename T>
std::vector<T> values_of(const NpyArray& images, const ir::Shape& shape, std::int64_t count, bool channels_first) {
  std::vector<T> values(static_cast<std::size_t>(count * shape.size()));
  std::memcpy(values.data(), images.data.data(), values.size() * sizeof(T));
  if (!channels_first || shape.channels == 1) return values;
  std::vector<T> moved(values.size());
  const std::int64_t plane = shape.height * shape.width;
  for (std::int64_t image = 0; image < count; ++image)
    for (std::int64_t c = 0; c < shape.channels; ++c)
      for (std::int64_t p = 0; p < plane; ++p)
        moved[static_cast<std::size_t>(image * shape.size() + p * shape.channels + c)] =
            values[static_cast<std::size_t>(image * shape.size() + c * plane + p)];
  return moved;
}

std::int64_t label_at(const NpyArray& labels, std::int64_t index) {
  const char* const at = labels.data.data() + index * bytes_per_element(labels.type);
  const auto as = [at](auto value) { return std::memcpy(&value, at, sizeof value), static_cast<std::int64_t>(value); };
  switch (labels.type) {
    case NpyType::kUint8:
      return as(std::uint8_t{});
    case NpyType::kInt8:
      return as(std::int8_t{});
    case NpyType::kInt32:
      return as(std::int32_t{});
    default:
      return as(std::int64_t{});
  }
}

// All labels are checked, and the images that are kept.
LabelledArrays load_part(const std::filesystem::path& dir, const std::string& name, std::int64_t max_count,
                         bool channels_first, std::int64_t num_classes) {
  const Arrays arrays = read_arrays(dir, name);
  LabelledArrays part;
  part.shape = image_shape(arrays, channels_first);
  const std::int64_t count = arrays.images.shape[0], kept = max_count == 0 ? count : std::min(count, max_count);
  const std::vector<std::int64_t> of_images = {count}, of_pixels = {count, part.shape.height, part.shape.width};
  if ((arrays.labels.shape != of_images && arrays.labels.shape != of_pixels) || arrays.labels.type == NpyType::kFloat32)
    throw InputError(fmt::format("{}: expected integers of shape {}, or {} for masks, found {} of {}",
                                 arrays.labels_name, shown(of_images), shown(of_pixels), shown(arrays.labels.shape),
                                 to_string(arrays.labels.type)));
  part.target =
      arrays.labels.shape == of_images ? ir::Shape{1, 1, 1} : ir::Shape{1, part.shape.height, part.shape.width};
  for (std::int64_t i = 0; i < count * part.target.size(); ++i) {
    const std::int64_t label = label_at(arrays.labels, i);
    if (label < 0 || label >= num_classes)
      throw InputError(fmt::format("{}: image {}: expected a label in 0..{}, found {}", arrays.labels_name,
                                   i / part.target.size(), num_classes - 1, label));
    if (i < kept * part.target.size()) part.labels.push_back(static_cast<std::int32_t>(label));
  }
  if (arrays.images.type == NpyType::kUint8)
    part.bytes = values_of<std::uint8_t>(arrays.images, part.shape, kept, channels_first);
  else if (arrays.images.type == NpyType::kFloat32)
    part.floats = values_of<float>(arrays.images, part.shape, kept, channels_first);
  else
    throw InputError(fmt::format("{}: expected uint8 (|u1) or float32 (<f4) images, found {}", arrays.images_name,
                                 to_string(arrays.images.type)));
  for (std::size_t i = 0; i < part.floats.size(); ++i)
    if (!std::isfinite(part.floats[i]))
      throw InputError(fmt::format("{}: image {}: expected finite values, found {}", arrays.images_name,
                                   i / static_cast<std::size_t>(part.shape.size()), part.floats[i]));
  return part;
}

class NpySource : public Source {
 public:
  NpySource(LabelledArrays train, LabelledArrays test, std::int64_t num_classes)
      : parts_{std::move(train), std::move(test)} {
    shape_.input = {"image", parts_[0].shape};
    shape_.targets = {{parts_[0].target.size() == 1 ? "label" : "mask", parts_[0].target}};
    shape_.num_classes = num_classes;
    if (parts_[0].bytes.empty()) return;
    Dataset dataset;
    dataset.train = {parts_[0].shape, num_classes, parts_[0].bytes, {}};
    ChannelStatistics statistics = channel_statistics(dataset.train);
    shape_.input.mean = dataset.mean = statistics.mean;
    shape_.input.std = dataset.std = statistics.std;
    values_ = value_tables(dataset);
  }

  const std::string& name() const override {
    static const std::string name = "npy";
    return name;
  }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return of(part).count(); }

  std::string digest(Part part) const override {
    const auto sum = [](const auto& values) {
      return sha256_hex({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])});
    };
    const LabelledArrays& from = of(part);
    return sha256_hex(fmt::format("npy {} {} {} {} {} {} {} {}", from.shape.height, from.shape.width,
                                  from.shape.channels, from.target.size(), shape_.num_classes, sum(from.bytes),
                                  sum(from.floats), sum(from.labels)));
  }

  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override {
    const LabelledArrays& from = of(part);
    const Augmentation how =
        variation.augment ? augmentation_of(variation.seed, variation.epoch, index) : Augmentation{};
    float* at = out[0];
    for_each_place(how, [&](std::int64_t pixel) {
      for (std::int64_t c = 0; c < from.shape.channels; ++c) *at++ = value(from, index, pixel, c);
    });
    const std::int32_t* const labels = from.labels.data() + index * from.target.size();
    at = out[1];
    if (from.target.size() == 1)
      *at = static_cast<float>(labels[0]);
    else
      for_each_place(how, [&](std::int64_t pixel) { *at++ = pixel < 0 ? 0.0f : static_cast<float>(labels[pixel]); });
  }

 private:
  const LabelledArrays& of(Part part) const { return parts_[part == Part::kTrain ? 0 : 1]; }

  // Pixels outside are black; of images that are no bytes 0.
  float value(const LabelledArrays& from, std::int64_t index, std::int64_t pixel, std::int64_t channel) const {
    const auto at = static_cast<std::size_t>(index * from.shape.size() + pixel * from.shape.channels + channel);
    if (from.bytes.empty()) return pixel < 0 ? 0.0f : from.floats[at];
    return values_[static_cast<std::size_t>(channel)][pixel < 0 ? 0 : from.bytes[at]];
  }

  // In the order of the output, the pixel that comes there; -1: none.
  template <typename Use>
  void for_each_place(const Augmentation& how, const Use& use) const {
    const ir::Shape& shape = parts_[0].shape;
    for (std::int64_t y = 0; y < shape.height; ++y)
      for (std::int64_t x = 0; x < shape.width; ++x) {
        const std::int64_t from_y = y + how.offset_y - kCropPadding;
        const std::int64_t from_x = (how.flip ? shape.width - 1 - x : x) + how.offset_x - kCropPadding;
        const bool inside = from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
        use(inside ? from_y * shape.width + from_x : -1);
      }
  }

  LabelledArrays parts_[2];
  SourceShape shape_;
  std::vector<std::array<float, 256>> values_;
};

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  const bool channels_first = values.at("npy_layout") == "nchw";
  LabelledArrays train = load_part(asked.dir, "train", asked.max_train, channels_first, kMaxClasses);
  const std::int64_t num_classes =
      std::max<std::int64_t>(2, 1 + *std::max_element(train.labels.begin(), train.labels.end()));
  LabelledArrays test = load_part(asked.dir, "test", asked.max_test, channels_first, num_classes);
  if (train.shape != test.shape || train.target != test.target || train.bytes.empty() != test.bytes.empty())
    throw InputError(
        fmt::format("{}: expected train and test arrays of one size and type, found {} x {} x {} and {} x {} x {}",
                    asked.dir.string(), train.shape.height, train.shape.width, train.shape.channels, test.shape.height,
                    test.shape.width, test.shape.channels));
  return std::make_unique<NpySource>(std::move(train), std::move(test), num_classes);
}

}  // namespace

SourceInfo npy() {
  return {"npy",
          "NumPy .npy or .npz",
          "",
          "images of any size and number of channels with a class, or with masks, as a Python program saved them",
          SourceInfo::Files::kFolder,
          {{settings::choice("npy_layout", {"nhwc", "nchw"})
                .about("where the channels of images stand: last, as NumPy and TensorFlow have them, or as in PyTorch")
                .by_default("nhwc")}},
          load};
}

}  // namespace ampa::data
