#include "data/idx.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "data/binary_file.h"
#include "data/labels.h"

namespace ampa::data {
namespace {

constexpr std::uint32_t kImagesMagic = 0x00000803;  // unsigned bytes, three dimensions
constexpr std::uint32_t kLabelsMagic = 0x00000801;  // unsigned bytes, one dimension
constexpr std::int64_t kMaxSide = 4096;

struct IdxFile {
  std::filesystem::path path;
  std::vector<std::uint8_t> bytes;

  std::int64_t word(std::size_t index) const {
    const std::uint8_t* b = bytes.data() + 4 * index;
    return (std::int64_t{b[0]} << 24) | (b[1] << 16) | (b[2] << 8) | b[3];
  }
};

IdxFile read_idx(const std::filesystem::path& dir, const std::string& name, std::uint32_t magic, std::size_t num_dims) {
  IdxFile file;
  file.path = dir / name;
  if (!std::filesystem::exists(file.path)) file.path = dir / (name + ".gz");
  if (!std::filesystem::exists(file.path))
    throw InputError(fmt::format("{}: expected {} or {}.gz in it, found neither", dir.string(), name, name));
  file.bytes = read_binary(file.path);
  const std::size_t header = 4 * (1 + num_dims);
  if (file.bytes.size() < header)
    throw InputError(fmt::format("{}: expected a header of {} bytes, found {} bytes", file.path.string(), header,
                                 file.bytes.size()));
  if (file.word(0) != magic)
    throw InputError(fmt::format("{}: expected the IDX magic number 0x{:08x}, found 0x{:08x}", file.path.string(),
                                 magic, file.word(0)));
  return file;
}

void check_size(const IdxFile& file, std::int64_t header, std::int64_t count, std::int64_t item, const char* items) {
  const std::int64_t expected = header + count * item;
  const auto found = static_cast<std::int64_t>(file.bytes.size());
  if (found != expected)
    throw InputError(
        fmt::format("{}: expected {} bytes for {} {}, found {}", file.path.string(), expected, count, items, found));
}

}  // namespace

LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, std::int64_t num_classes,
                        std::int64_t max_count) {
  const IdxFile images = read_idx(dir, prefix + "-images-idx3-ubyte", kImagesMagic, 3);
  const IdxFile labels = read_idx(dir, prefix + "-labels-idx1-ubyte", kLabelsMagic, 1);
  const std::int64_t count = images.word(1), height = images.word(2), width = images.word(3);
  if (count < 1 || height < 1 || width < 1 || height > kMaxSide || width > kMaxSide)
    throw InputError(fmt::format("{}: expected at least one image of 1..{} pixels a side, found {} of {} x {}",
                                 images.path.string(), kMaxSide, count, height, width));
  check_size(images, 16, count, height * width, "images");
  check_size(labels, 8, labels.word(1), 1, "labels");
  if (labels.word(1) != count)
    throw InputError(fmt::format("{}: expected {} labels, one per image of {}, found {}", labels.path.string(), count,
                                 images.path.filename().string(), labels.word(1)));
  check_labels(labels.path, labels.bytes.data() + 8, count, 1, num_classes);

  const std::int64_t kept = max_count == 0 ? count : std::min(count, max_count);
  LabelledImages result;
  result.shape = {1, height, width};
  result.num_classes = num_classes;
  result.pixels.assign(images.bytes.begin() + 16, images.bytes.begin() + 16 + kept * height * width);
  result.labels.assign(labels.bytes.begin() + 8, labels.bytes.begin() + 8 + kept);
  return result;
}

}  // namespace ampa::data
