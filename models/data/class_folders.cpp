// folder: DIR/train/CLASS/*.jpg and DIR/val/CLASS/*.jpg (or DIR/test), JPEG and PNG, as ImageNet is unpacked. Classes
// are numbered in the order of their folders' names, as bytes.
//
// Pictures have their shorter side brought to 8/7 of image_size (224: 256); the first of each part, up to image_cache,
// stay in memory like that, and others are decoded whenever they are read. A sample is the square of image_size in the
// middle; a varied one is another part, drawn by counters: 8 to 100 % of the area, 3:4 to 4:3 wide (Szegedy et al.,
// CVPR 2015), brought to that square and mirrored or not. Samples stand in a fixed random order, so that the first so
// many (max_train) are of all classes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/atomic_file.h"
#include "common/error.h"
#include "data/augment.h"
#include "data/picture_store.h"
#include "data/shuffle.h"
#include "data/source.h"
#include "data/statistics.h"
#include "numerics/elementary.h"
#include "numerics/random_stream.h"

namespace ampa::data {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDefaultSize = 224;

struct Labelled {
  std::string name;
  std::int32_t label;
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
      files.push_back({file, static_cast<std::int32_t>(place - classes.begin())});
    }
  }
  if (files.empty())
    throw InputError(fmt::format("{}: expected pictures in folders of classes, found none", dir.string()));
  return files;
}

// The first `most` files (0: all) in the fixed random order of samples.
std::vector<Labelled> first_of(const std::vector<Labelled>& files, std::int64_t most) {
  const auto count = static_cast<std::int64_t>(files.size());
  const std::vector<std::int64_t> order = epoch_order(count, 0, 0);
  std::vector<Labelled> first;
  for (std::int64_t i = 0; i < (most == 0 ? count : std::min(most, count)); ++i)
    first.push_back(files[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
  return first;
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

// What is asked of both parts.
struct Format {
  std::vector<std::string> classes;
  std::int64_t size = 0, max_bytes = 0;
};

// The samples of one folder.
class FolderPart {
 public:
  // Counts the pixels in `counts` unless it is null.
  FolderPart(const fs::path& dir, std::vector<Labelled> files, const Format& format, PixelCounts* counts)
      : files_(std::move(files)),
        digest_text_(fmt::format("folder {} {}", format.size, format.classes.size())),
        pictures_(
            count(),
            [this, dir, classes = format.classes](std::int64_t index) {
              const Labelled& file = files_[static_cast<std::size_t>(index)];
              return dir / classes[static_cast<std::size_t>(file.label)] / file.name;
            },
            (8 * format.size + 6) / 7, format.max_bytes,
            [&](std::int64_t index, const Picture& picture, const std::string& digest) {
              if (counts) counts->add(picture.pixels);
              digest_text_ +=
                  fmt::format("\n{} {} {} {}", label(index), picture.shape.height, picture.shape.width, digest);
            }),
        digest_(sha256_hex(digest_text_)) {
    std::string().swap(digest_text_);
  }
  FolderPart(const FolderPart&) = delete;  // pictures_ asks for the paths here
  FolderPart& operator=(const FolderPart&) = delete;

  std::int64_t count() const { return static_cast<std::int64_t>(files_.size()); }
  std::int32_t label(std::int64_t index) const { return files_[static_cast<std::size_t>(index)].label; }
  const std::string& digest() const { return digest_; }
  const PictureStore& pictures() const { return pictures_; }

 private:
  std::vector<Labelled> files_;
  std::string digest_text_;
  PictureStore pictures_;
  std::string digest_;
};

class FolderSource : public Source {
 public:
  FolderSource(const SourceRequest& asked, const Format& format)
      : size_(format.size),
        counts_(3),
        train_(asked.dir / "train", first_of(files_in(asked.dir / "train", format.classes), asked.max_train), format,
               &counts_),
        test_(test_dir(asked), first_of(files_in(test_dir(asked), format.classes), asked.max_test), format, nullptr) {
    const ChannelStatistics statistics = counts_.statistics();
    Dataset dataset;
    dataset.train.shape = {3, size_, size_};
    dataset.mean = statistics.mean;
    dataset.std = statistics.std;
    values_ = value_tables(dataset);
    shape_.input = {"image", {3, size_, size_}, statistics.mean, statistics.std};
    shape_.targets = {{"label", {1, 1, 1}}};
    shape_.num_classes = static_cast<std::int64_t>(format.classes.size());
  }

  const std::string& name() const override {
    static const std::string name = "folder";
    return name;
  }
  const SourceShape& shape() const override { return shape_; }
  std::int64_t count(Part part) const override { return of(part).count(); }
  std::string digest(Part part) const override { return of(part).digest(); }

  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override {
    of(part).pictures().with(index, [&](const Picture& picture) { write(picture, index, variation, out[0]); });
    *out[1] = static_cast<float>(of(part).label(index));
  }

 private:
  static fs::path test_dir(const SourceRequest& asked) {
    return asked.dir / (fs::exists(asked.dir / "val") ? "val" : "test");
  }

  const FolderPart& of(Part part) const { return part == Part::kTrain ? train_ : test_; }

  void write(const Picture& picture, std::int64_t index, const Variation& variation, float* out) const {
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
    write_image({square.shape, square.pixels.data()}, how, values_, out);
  }

  std::int64_t size_;
  PixelCounts counts_;
  FolderPart train_, test_;
  SourceShape shape_;
  std::vector<std::array<float, 256>> values_;
};

std::unique_ptr<Source> load(const SourceRequest& asked, const Json& values) {
  const auto asked_size = values.at("image_size").get<std::int64_t>();
  Format format;
  format.size = asked_size == 0 ? kDefaultSize : asked_size;
  format.max_bytes = values.at("image_cache").get<std::int64_t>() << 20;
  format.classes = names_in(asked.dir / "train");
  if (format.classes.size() < 2)
    throw InputError(fmt::format("{}: expected a folder of each of two or more classes, found {}",
                                 (asked.dir / "train").string(), format.classes.size()));
  return std::make_unique<FolderSource>(asked, format);
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
          {{image_size_setting(), settings::integer("image_cache", 0, 1 << 20)
                                      .in("MiB")
                                      .about("decoded images that stay in memory, of each part; others are decoded "
                                             "anew for every batch")
                                      .by_default(1024)}},
          load};
}

}  // namespace ampa::data
