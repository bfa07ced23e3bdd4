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

// A file of items, which its first bytes describe.
struct IdxFile {
  std::filesystem::path path;
  std::vector<std::uint8_t> header;

  std::int64_t word(std::size_t index) const {
    const std::uint8_t* b = header.data() + 4 * index;
    return (std::int64_t{b[0]} << 24) | (b[1] << 16) | (b[2] << 8) | b[3];
  }
  std::int64_t count() const { return word(1); }
};

IdxFile open_idx(const std::filesystem::path& dir, const std::string& name, std::uint32_t magic, std::size_t num_dims) {
  IdxFile file;
  file.path = dir / name;
  if (!std::filesystem::exists(file.path)) file.path = dir / (name + ".gz");
  if (!std::filesystem::exists(file.path))
    throw InputError(fmt::format("{}: expected {} or {}.gz in it, found neither", dir.string(), name, name));
  const std::size_t header = 4 * (1 + num_dims);
  file.header = read_head(file.path, header);
  if (file.header.size() < header)
    throw InputError(fmt::format("{}: expected a header of {} bytes, found {} bytes", file.path.string(), header,
                                 file.header.size()));
  if (file.word(0) != magic)
    throw InputError(fmt::format("{}: expected the IDX magic number 0x{:08x}, found 0x{:08x}", file.path.string(),
                                 magic, file.word(0)));
  return file;
}

// The first `kept` items of a file of the right size.
std::vector<std::uint8_t> read_items(const IdxFile& file, std::int64_t item, std::int64_t kept, const char* items) {
  const auto header = static_cast<std::int64_t>(file.header.size()), expected = header + file.count() * item;
  const auto size = static_cast<std::uint64_t>(expected);
  FileStart start = read_start(file.path, static_cast<std::uint64_t>(header + kept * item), size);
  if (start.size != size)
    throw InputError(
        fmt::format("{}: expected {} bytes for {} {}, found {}", file.path.string(), expected, file.count(), items,
                    start.size > size && file.path.extension() == ".gz" ? "more" : std::to_string(start.size)));
  start.bytes.erase(start.bytes.begin(), start.bytes.begin() + header);
  return std::move(start.bytes);
}

}  // namespace

LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, std::int64_t num_classes,
                        std::int64_t max_count) {
  const IdxFile images = open_idx(dir, prefix + "-images-idx3-ubyte", kImagesMagic, 3);
  const IdxFile labels = open_idx(dir, prefix + "-labels-idx1-ubyte", kLabelsMagic, 1);
  const std::int64_t count = images.count(), height = images.word(2), width = images.word(3);
  if (count < 1 || height < 1 || width < 1 || height > kMaxSide || width > kMaxSide)
    throw InputError(fmt::format("{}: expected at least one image of 1..{} pixels a side, found {} of {} x {}",
                                 images.path.string(), kMaxSide, count, height, width));
  const std::int64_t kept = max_count == 0 ? count : std::min(count, max_count);
  LabelledImages result;
  result.shape = {1, height, width};
  result.num_classes = num_classes;
  result.pixels = read_items(images, height * width, kept, "images");
  result.labels = read_items(labels, 1, labels.count(), "labels");
  if (labels.count() != count)
    throw InputError(fmt::format("{}: expected {} labels, one per image of {}, found {}", labels.path.string(), count,
                                 images.path.filename().string(), labels.count()));
  check_labels(labels.path, result.labels.data(), count, 1, num_classes);
  result.labels.resize(static_cast<std::size_t>(kept));
  return result;
}

}  // namespace ampa::data
