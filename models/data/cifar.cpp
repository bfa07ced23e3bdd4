#include "data/cifar.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/error.h"
#include "data/binary_file.h"
#include "data/class_subset.h"
#include "data/images_source.h"
#include "data/labels.h"

namespace ampa::data {
namespace {

constexpr std::int64_t kSide = 32, kChannels = 3;
constexpr std::int64_t kPlane = kSide * kSide;
constexpr std::int64_t kImageBytes = kChannels * kPlane;

// The label bytes in front of each image; the last of them is the label that is kept.
struct RecordFormat {
  std::vector<std::int64_t> classes_of_label;  // number of classes of each label byte
  std::int64_t num_labels() const { return static_cast<std::int64_t>(classes_of_label.size()); }
  std::int64_t record_bytes() const { return num_labels() + kImageBytes; }
};

const RecordFormat& cifar10_format() {
  static const RecordFormat format{{10}};
  return format;
}

const RecordFormat& cifar100_format() {
  static const RecordFormat format{{20, 100}};  // coarse, fine
  return format;
}

void append_interleaved(const std::uint8_t* planar, std::vector<std::uint8_t>& pixels) {
  pixels.resize(pixels.size() + kImageBytes);
  std::uint8_t* out = pixels.data() + pixels.size() - kImageBytes;
  for (std::int64_t i = 0; i < kPlane; ++i)
    for (std::int64_t c = 0; c < kChannels; ++c) *out++ = planar[c * kPlane + i];
}

// Checks the whole file and appends its images until `images` holds max_count of them (0: all).
void append_file(const std::filesystem::path& path, const RecordFormat& format, std::int64_t max_count,
                 LabelledImages& images) {
  const std::vector<std::uint8_t> bytes = read_binary(path);
  const auto size = static_cast<std::int64_t>(bytes.size());
  const std::int64_t record = format.record_bytes(), count = size / record;
  if (size == 0 || size % record != 0)
    throw InputError(
        fmt::format("{}: expected one or more records of {} bytes, found {} bytes ({} records and {} bytes)",
                    path.string(), record, size, count, size % record));
  for (std::int64_t label = 0; label < format.num_labels(); ++label)
    check_labels(path, bytes.data() + label, count, record, format.classes_of_label[static_cast<std::size_t>(label)]);
  for (std::int64_t i = 0; i < count && (max_count == 0 || images.count() < max_count); ++i) {
    const std::uint8_t* begin = bytes.data() + i * record;
    images.labels.push_back(begin[format.num_labels() - 1]);
    append_interleaved(begin + format.num_labels(), images.pixels);
  }
}

LabelledImages load_files(const std::vector<std::filesystem::path>& paths, const RecordFormat& format,
                          std::int64_t max_count) {
  LabelledImages images;
  images.shape = {kChannels, kSide, kSide};
  images.num_classes = format.classes_of_label.back();
  for (const std::filesystem::path& path : paths) append_file(path, format, max_count, images);
  return images;
}

}  // namespace

std::pair<LabelledImages, LabelledImages> load_cifar10(const std::filesystem::path& dir, std::int64_t max_train,
                                                       std::int64_t max_test, bool allow_missing_batches) {
  std::vector<std::filesystem::path> present;
  std::vector<std::string> missing;
  std::size_t before_gap = 0;  // the batches in front of the first that is missing
  for (int batch = 1; batch <= 5; ++batch) {
    const std::string name = fmt::format("data_batch_{}.bin", batch);
    if (std::filesystem::exists(dir / name))
      present.push_back(dir / name);
    else
      missing.push_back(name);
    if (missing.empty()) before_gap = present.size();
  }
  if (present.empty())
    throw InputError(fmt::format("{}: expected data_batch_1.bin .. data_batch_5.bin in it, found none", dir.string()));
  if (!allow_missing_batches) present.resize(before_gap);
  LabelledImages train = load_files(present, cifar10_format(), max_train);
  // Images of batches that are not there are missed only if those in front of them are too few.
  if (!missing.empty() && !allow_missing_batches && (max_train == 0 || train.count() < max_train))
    throw InputError(
        fmt::format("{}: expected data_batch_1.bin .. data_batch_5.bin in it, found {} missing and {} "
                    "images in the batches before it: ask for no more images (max_train) or add the batches",
                    dir.string(), fmt::join(missing, ", "), train.count()));
  return {std::move(train), load_files({dir / "test_batch.bin"}, cifar10_format(), max_test)};
}

std::pair<LabelledImages, LabelledImages> load_cifar100(const std::filesystem::path& dir, std::int64_t max_train,
                                                        std::int64_t max_test) {
  return {load_files({dir / "train.bin"}, cifar100_format(), max_train),
          load_files({dir / "test.bin"}, cifar100_format(), max_test)};
}

SourceInfo cifar10() {
  return {"cifar10",
          "CIFAR-10 binary",
          "",
          "60,000 colour images, 32 x 32, 10 classes",
          SourceInfo::Files::kFolder,
          class_settings(),
          [](const SourceRequest& asked, const Json& values) {
            // Of some classes so many images may lie in the batches that are there.
            const bool of_classes = values.at("classes") != "";
            const auto load = [&](std::int64_t max_train, std::int64_t max_test) {
              return load_cifar10(asked.dir, max_train, max_test, of_classes && asked.max_train > 0);
            };
            return images_source("cifar10", load_classes(asked, values, load));
          }};
}

SourceInfo cifar100() {
  return {"cifar100",
          "CIFAR-100 binary",
          "",
          "60,000 colour images, 32 x 32, 100 classes",
          SourceInfo::Files::kFolder,
          class_settings(),
          [](const SourceRequest& asked, const Json& values) {
            const auto load = [&](std::int64_t max_train, std::int64_t max_test) {
              return load_cifar100(asked.dir, max_train, max_test);
            };
            return images_source("cifar100", load_classes(asked, values, load));
          }};
}

}  // namespace ampa::data
