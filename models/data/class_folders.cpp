// folder: DIR/train/CLASS/*.jpg and DIR/val/CLASS/*.jpg (or DIR/test), JPEG and PNG, as ImageNet is unpacked. Classes
// are numbered in the order of their folders' names, as bytes.
//
// Pictures are kept in memory with their shorter side brought to 8/7 of image_size (224: 256). A sample is the square
// of image_size in the middle; a varied one is another part, drawn by counters: 8 to 100 % of the area, 3:4 to 4:3 wide
// (Szegedy et al., CVPR 2015), brought to that square and mirrored or not. Samples stand in a fixed random order, so
// that the first so many (max_train) are of all classes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data/augment.h"
#include "data/picture.h"
#include "data/shuffle.h"
#include "data/source.h"
#include "data/statistics.h"
#include "numerics/elementary.h"
#include "numerics/random_stream.h"

namespace ampa::data {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDefaultSize = 224;
constexpr std::size_t kMaxBytes = std::size_t{4} << 30;

struct Labelled {
  fs::path path;
  std::int32_t label;
};

struct Pictures {
  std::vector<Picture> pictures;
  std::vector<std::int32_t> labels;
};

std::vector<std::string> names_in(const fs::path& dir) {
  std::error_code ignored;
  if (!fs::is_directory(dir, ignored)) throw InputError(fmt::format("{}: expected a folder, found none", dir.string()));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir))
    if (entry.path().filename().string()[0] != '.') names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// All files of the classes' folders. A folder that is no class is an unknown label.
std::vector<Labelled> files_in(const fs::path& dir, const std::vector<std::string>& classes) {
  std::vector<Labelled> files;
  for (const std::string& name : names_in(dir)) {
    const auto place = std::lower_bound(classes.begin(), classes.end(), name);
    if (place == classes.end() || *place != name)
      throw InputError(fmt::format("{}: expected a folder of one of the {} training classes, found an unknown label",
                                   (dir / name).string(), classes.size()));
    for (const std::string& file : names_in(dir / name)) {
      if (!is_picture_name(file))
        throw InputError(fmt::format("{}: expected .jpg, .jpeg and .png files in this folder, found another",
                                     (dir / name / file).string()));
      files.push_back({dir / name / file, static_cast<std::int32_t>(place - classes.begin())});
    }
  }
  if (files.empty())
    throw InputError(fmt::format("{}: expected pictures in folders of classes, found none", dir.string()));
  return files;
}

Picture with_short_side(const Picture& picture, std::int64_t side) {
  const std::int64_t height = picture.shape.height, width = picture.shape.width, shorter = std::min(height, width);
  return resized(picture, std::max(side, height * side / shorter), std::max(side, width * side / shorter));
}

Pictures read_part(const std::vector<Labelled>& files, std::int64_t most, std::int64_t size, const char* key) {
  const auto count = static_cast<std::int64_t>(files.size());
  const std::vector<std::int64_t> order = epoch_order(count, 0, 0);
  Pictures part;
  std::size_t bytes = 0;
  for (std::int64_t i = 0; i < (most == 0 ? count : std::min(most, count)); ++i) {
    const Labelled& file = files[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
    part.pictures.push_back(with_short_side(read_picture(file.path, Colours::kRgb), (8 * size + 6) / 7));
    part.labels.push_back(file.label);
    bytes += part.pictures.back().pixels.size();
    if (bytes > kMaxBytes)
      throw InputError(
          fmt::format("folder: {}: expected pictures of at most {} GiB in memory, found more after {} of {}: "
                      "ask for fewer, or for a smaller image_size",
                      key, kMaxBytes >> 30, i + 1, count));
  }
  return part;
}

struct Window {
  std::int64_t top = 0, left = 0, height = 0, width = 0;
};

// floor(word / 2^32 * count)
std::int64_t drawn(std::uint32_t word, std::int64_t count) {
  return static_cast<std::int64_t>((std::uint64_t{word} * static_cast<std::uint64_t>(count)) >> 32);
}

Window varied_window(const ir::Shape& shape, const numerics::PhiloxCounter& words) {
  const double area = static_cast<double>(shape.height * shape.width) * (0.08 + 0.92 * (words[0] * 0x1p-32));
  const double ratio = numerics::exp(numerics::log(4.0 / 3) * (words[1] * 0x1p-31 - 1));
  const auto side = [](double squared, std::int64_t most) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::sqrt(squared) + 0.5), 1, most);
  };
  Window window;
  window.height = side(area / ratio, shape.height);
  window.width = side(area * ratio, shape.width);
  window.top = drawn(words[2], shape.height - window.height + 1);
  window.left = drawn(words[3], shape.width - window.width + 1);
  return window;
}

Picture cut(const Picture& picture, const Window& window) {
  Picture out;
  out.shape = {picture.shape.channels, window.height, window.width};
  for (std::int64_t y = 0; y < window.height; ++y) {
    const auto row =
        picture.pixels.begin() + ((window.top + y) * picture.shape.width + window.left) * picture.shape.channels;
    out.pixels.insert(out.pixels.end(), row, row + window.width * picture.shape.channels);
  }
  return out;
}

class FolderSource : public Source {
 public:
  FolderSource(Pictures train, Pictures test, std::int64_t num_classes, std::int64_t size)
      : parts_{std::move(train), std::move(test)}, size_(size) {
    Dataset dataset;
    dataset.train.shape = {3, size, size};
    for (const Picture& picture : parts_[0].pictures)
      dataset.train.pixels.insert(dataset.train.pixels.end(), picture.pixels.begin(), picture.pixels.end());
    ChannelStatistics statistics = channel_statistics(dataset.train);
    dataset.mean = statistics.mean;
    dataset.std = statistics.std;
    values_ = value_tables(dataset);
    shape_.input = {"image", {3, size, size}, statistics.mean, statistics.std};
    shape_.targets = {{"label", {1, 1, 1}}};
    shape_.num_classes = num_classes;
  }

  const std::string& name() const override {
    static const std::string name = "folder";
    return name;
  }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return static_cast<std::int64_t>(of(part).labels.size()); }

  std::string digest(Part part) const override {
    std::string text = fmt::format("folder {} {}", size_, shape_.num_classes);
    for (std::size_t i = 0; i < of(part).labels.size(); ++i) {
      const Picture& picture = of(part).pictures[i];
      text += fmt::format("\n{} {} {} {}", of(part).labels[i], picture.shape.height, picture.shape.width,
                          sha256_hex({reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()}));
    }
    return sha256_hex(text);
  }

  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override {
    const Picture& picture = of(part).pictures[static_cast<std::size_t>(index)];
    const ir::Shape& shape = picture.shape;
    Window window{(shape.height - size_) / 2, (shape.width - size_) / 2, size_, size_};
    Augmentation how;
    if (variation.augment) {
      const numerics::RandomStream stream{variation.seed, static_cast<std::uint32_t>(variation.epoch),
                                          static_cast<std::uint32_t>(numerics::StreamPurpose::kAugment)};
      const numerics::PhiloxCounter words = stream.block(static_cast<std::uint64_t>(index));
      window = varied_window(shape, words);
      how.flip = (words[2] & 1u) != 0;
    }
    const Picture square = resized(cut(picture, window), size_, size_);
    write_image({square.shape, square.pixels.data()}, how, values_, out[0]);
    *out[1] = static_cast<float>(of(part).labels[static_cast<std::size_t>(index)]);
  }

 private:
  const Pictures& of(Part part) const { return parts_[part == Part::kTrain ? 0 : 1]; }

  Pictures parts_[2];
  std::int64_t size_;
  SourceShape shape_;
  std::vector<std::array<float, 256>> values_;
};

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  const auto asked_size = values.at("image_size").get<std::int64_t>();
  const std::int64_t size = asked_size == 0 ? kDefaultSize : asked_size;
  const std::vector<std::string> classes = names_in(asked.dir / "train");
  if (classes.size() < 2)
    throw InputError(fmt::format("{}: expected a folder of each of two or more classes, found {}",
                                 (asked.dir / "train").string(), classes.size()));
  const std::vector<Labelled> train = files_in(asked.dir / "train", classes);
  const std::vector<Labelled> test = files_in(asked.dir / (fs::exists(asked.dir / "val") ? "val" : "test"), classes);
  return std::make_unique<FolderSource>(read_part(train, asked.max_train, size, "max_train"),
                                        read_part(test, asked.max_test, size, "max_test"),
                                        static_cast<std::int64_t>(classes.size()), size);
}

}  // namespace

settings::Setting image_size_setting() {
  return settings::integer("image_size", 0, 4096)
      .in("pixels")
      .about("side of the square to which images are brought; 0: 224 of a folder, as they are with masks")
      .by_default(0);
}

SourceInfo folder() {
  return {"folder",
          "JPEG or PNG",
          "",
          "images in a folder for each class, below train/ and val/, such as ImageNet",
          SourceInfo::Files::kFolder,
          {{image_size_setting()}},
          load};
}

}  // namespace ampa::data
