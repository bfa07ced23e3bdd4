#include "data/idx.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <set>
#include <vector>

#include "common/error.h"
#include "data/binary_file.h"
#include "data/class_subset.h"
#include "data/images_source.h"

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

// The forms of a name, the first that exists is read.
std::vector<std::string> forms_of(const std::string& stem, std::size_t num_dims) {
  std::vector<std::string> names;
  for (const char* separator : {"-", "."})
    for (const char* end : {"", ".gz"})
      names.push_back(fmt::format("{}{}idx{}-ubyte{}", stem, separator, num_dims, end));
  return names;
}

std::filesystem::path find_idx(const std::filesystem::path& dir, const std::string& stem, std::size_t num_dims) {
  const std::vector<std::string> names = forms_of(stem, num_dims);
  for (const std::string& name : names)
    if (std::filesystem::exists(dir / name)) return dir / name;
  throw InputError(fmt::format("{}: expected one of {} in it, found none", dir.string(), fmt::join(names, ", ")));
}

IdxFile open_idx(const std::filesystem::path& dir, const std::string& stem, std::uint32_t magic, std::size_t num_dims) {
  IdxFile file;
  file.path = find_idx(dir, stem, num_dims);
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

IdxFile open_labels(const std::filesystem::path& dir, const std::string& prefix) {
  return open_idx(dir, prefix + "-labels", kLabelsMagic, 1);
}

void check_labels(const IdxFile& file, const std::vector<std::uint8_t>& labels, const LabelRange& range) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < range.first || labels[i] >= range.first + range.num_classes)
      throw InputError(fmt::format("{}: record {}: expected a label in {}..{}, found {}", file.path.string(), i,
                                   range.first, range.first + range.num_classes - 1, labels[i]));
}

LabelRange range_of_labels(const std::filesystem::path& dir, const std::string& prefix) {
  const IdxFile file = open_labels(dir, prefix);
  const std::vector<std::uint8_t> labels = read_items(file, 1, file.count(), "labels");
  if (labels.empty()) throw InputError(fmt::format("{}: expected labels, found none", file.path.string()));
  const auto [least, most] = std::minmax_element(labels.begin(), labels.end());
  if (*least > 1 || *least == *most)
    throw InputError(fmt::format("{}: expected labels of two or more classes counted from 0 or 1, found {}..{}",
                                 file.path.string(), *least, *most));
  return {*least, *most - *least + 1};
}

// What stands before train-images in the names of a folder: "" or "NAME-".
std::set<std::string> names_in(const std::filesystem::path& dir) {
  static const std::regex pattern(R"((.*-)?train-images[-.]idx3-ubyte(\.gz)?)");
  std::set<std::string> names;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(dir)) {
    std::smatch match;
    const std::string name = entry.path().filename().string();
    if (std::regex_match(name, match, pattern)) names.insert(match[1].str());
  }
  return names;
}

// The only one that there is.
std::string name_in(const std::filesystem::path& dir) {
  const std::set<std::string> names = names_in(dir);
  if (names.size() == 1) return *names.begin();
  if (names.empty())
    throw InputError(
        fmt::format("{}: expected [NAME-]train-images-idx3-ubyte, plain or with .gz, in it, found none", dir.string()));
  std::vector<std::string> choices;
  for (const std::string& name : names)
    if (!name.empty()) choices.push_back((dir / name.substr(0, name.size() - 1)).string());
  throw InputError(fmt::format("{}: expected the images of one data set in it, found those of {}: choose one of {}",
                               dir.string(), names.size(), fmt::join(choices, ", ")));
}

std::string test_prefix(const std::filesystem::path& dir, const std::string& name) {
  for (const std::string& file : forms_of(name + "t10k-images", 3))
    if (std::filesystem::exists(dir / file)) return name + "t10k";
  return name + "test";
}

}  // namespace

LabelledImages load_idx(const std::filesystem::path& dir, const std::string& prefix, const LabelRange& range,
                        std::int64_t max_count) {
  const IdxFile images = open_idx(dir, prefix + "-images", kImagesMagic, 3);
  const IdxFile labels = open_labels(dir, prefix);
  const std::int64_t count = images.count(), height = images.word(2), width = images.word(3);
  if (count < 1 || height < 1 || width < 1 || height > kMaxSide || width > kMaxSide)
    throw InputError(fmt::format("{}: expected at least one image of 1..{} pixels a side, found {} of {} x {}",
                                 images.path.string(), kMaxSide, count, height, width));
  const std::int64_t kept = max_count == 0 ? count : std::min(count, max_count);
  LabelledImages result;
  result.shape = {1, height, width};
  result.num_classes = range.num_classes;
  result.pixels = read_items(images, height * width, kept, "images");
  result.labels = read_items(labels, 1, labels.count(), "labels");
  if (labels.count() != count)
    throw InputError(fmt::format("{}: expected {} labels, one per image of {}, found {}", labels.path.string(), count,
                                 images.path.filename().string(), labels.count()));
  check_labels(labels, result.labels, range);
  result.labels.resize(static_cast<std::size_t>(kept));
  for (std::uint8_t& label : result.labels) label = static_cast<std::uint8_t>(label - range.first);
  return result;
}

std::pair<LabelledImages, LabelledImages> load_idx_sets(const std::filesystem::path& place, std::int64_t max_train,
                                                        std::int64_t max_test) {
  const bool is_folder = std::filesystem::is_directory(place);
  const std::filesystem::path dir = is_folder ? place : std::filesystem::absolute(place).parent_path();
  const std::string name = is_folder ? name_in(dir) : place.filename().string() + "-";
  const LabelRange range = range_of_labels(dir, name + "train");
  return {load_idx(dir, name + "train", range, max_train), load_idx(dir, test_prefix(dir, name), range, max_test)};
}

SourceInfo fashion_mnist() {
  return {"fashion-mnist",
          "IDX",
          "/usr/share/datasets/fashion-mnist",
          "70,000 grey images of clothes, 28 x 28, 10 classes (Debian package dataset-fashion-mnist)",
          SourceInfo::Files::kFolder,
          class_settings(),
          [](const SourceRequest& asked, const Json& values) {
            const auto load = [&](std::int64_t max_train, std::int64_t max_test) {
              return std::pair(load_idx(asked.dir, "train", 10, max_train), load_idx(asked.dir, "t10k", 10, max_test));
            };
            return images_source("fashion-mnist", load_classes(asked, values, load));
          }};
}

SourceInfo idx() {
  return {
      "idx",
      "IDX",
      "",
      "any train and test images in IDX files (MNIST, KMNIST, EMNIST), as they are stored; classes counted from the "
      "labels; where a folder holds several sets, the place is FOLDER/NAME, as in gzip/emnist-letters",
      SourceInfo::Files::kFolderOrPrefix,
      class_settings(),
      [](const SourceRequest& asked, const Json& values) {
        const auto load = [&](std::int64_t max_train, std::int64_t max_test) {
          return load_idx_sets(asked.dir, max_train, max_test);
        };
        return images_source("idx", load_classes(asked, values, load));
      }};
}

}  // namespace ampa::data
