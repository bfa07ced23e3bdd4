#include "weights/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/json_reader.h"

namespace ampa::weights {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format's numbers are written in the host's byte order");

constexpr std::size_t kSizeBytes = sizeof(std::uint64_t);
constexpr std::uint64_t kMaxHeader = std::uint64_t{1} << 24;  // that of a network is some kilobytes
constexpr std::size_t kAlignment = 8;
constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;
constexpr const char* kMetadata = "__metadata__";

struct Dtype {
  std::string_view name;
  std::int64_t size;
};
constexpr Dtype kDtypes[] = {{"F64", 8}, {"I64", 8}, {"U64", 8},     {"F32", 4},     {"I32", 4},
                             {"U32", 4}, {"F16", 2}, {"BF16", 2},    {"I16", 2},     {"U16", 2},
                             {"I8", 1},  {"U8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"BOOL", 1}};

// One tensor of the header, with its place behind it.
struct Entry {
  Tensor tensor;
  std::size_t begin = 0, end = 0;
};

Entry read_entry(const std::string& name, JsonReader reader, std::size_t num_bytes) {
  Entry entry;
  entry.tensor.name = name;
  entry.tensor.dtype = reader.string("dtype");
  std::int64_t size = element_size(entry.tensor.dtype);
  if (size == 0) reader.fail("dtype", "a type such as F32 or I8", '"' + entry.tensor.dtype + '"');
  entry.tensor.shape = reader.integers("shape", 0, kMaxBytes);
  for (const std::int64_t extent : entry.tensor.shape) {
    if (extent > 0 && size > kMaxBytes / extent) reader.fail("shape", "a tensor of at most 2^40 bytes", "a larger one");
    size *= extent;
  }
  const auto last = static_cast<std::int64_t>(num_bytes);
  const std::vector<std::int64_t> place = reader.integers("data_offsets", 0, last);
  if (place.size() != 2 || place[1] - place[0] != size)
    reader.fail(
        "data_offsets", fmt::format("where {} bytes begin and end, those of dtype and shape", size),
        place.size() == 2 ? fmt::format("{} and {}", place[0], place[1]) : fmt::format("{} numbers", place.size()));
  reader.finish();
  entry.begin = static_cast<std::size_t>(place[0]);
  entry.end = static_cast<std::size_t>(place[1]);
  return entry;
}

std::map<std::string, std::string> read_metadata(const Json& json, const std::string& source) {
  const JsonReader reader(json, source, kMetadata);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) reader.fail(key, "a text", "another value");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// Every byte belongs to one tensor.
void check_places(const JsonReader& header, std::vector<Entry> entries, std::size_t num_bytes) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& x, const Entry& y) {
    return std::pair(x.begin, x.end) < std::pair(y.begin, y.end);
  });
  std::size_t next = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != next)
      header.fail(entry.tensor.name + ".data_offsets", fmt::format("{}, where the tensor before it ends", next),
                  fmt::format("{}", entry.begin));
    next = entry.end;
  }
  if (next != num_bytes)
    throw InputError(fmt::format("{}: expected {} bytes behind the header, those of its tensors, found {}",
                                 header.source(), next, num_bytes));
}

}  // namespace

const Tensor* TensorFile::find(std::string_view name) const {
  for (const Tensor& tensor : tensors)
    if (tensor.name == name) return &tensor;
  return nullptr;
}

std::int64_t element_size(std::string_view dtype) {
  for (const Dtype& known : kDtypes)
    if (known.name == dtype) return known.size;
  return 0;
}

template <typename T>
Tensor make_tensor(std::string name, std::vector<std::int64_t> shape, const T* values, std::int64_t count) {
  constexpr const char* dtype = std::is_same_v<T, float>          ? "F32"
                                : std::is_same_v<T, std::int8_t>  ? "I8"
                                : std::is_same_v<T, std::int32_t> ? "I32"
                                                                  : "I64";
  const char* const first = reinterpret_cast<const char*>(values);
  return {std::move(name), dtype, std::move(shape),
          std::string(first, first + static_cast<std::size_t>(count) * sizeof(T))};
}

template Tensor make_tensor(std::string, std::vector<std::int64_t>, const float*, std::int64_t);
template Tensor make_tensor(std::string, std::vector<std::int64_t>, const std::int8_t*, std::int64_t);
template Tensor make_tensor(std::string, std::vector<std::int64_t>, const std::int32_t*, std::int64_t);
template Tensor make_tensor(std::string, std::vector<std::int64_t>, const std::int64_t*, std::int64_t);

std::string encode(const TensorFile& file) {
  std::vector<const Tensor*> ordered;
  for (const Tensor& tensor : file.tensors) ordered.push_back(&tensor);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Tensor* x, const Tensor* y) { return element_size(x->dtype) > element_size(y->dtype); });
  Json header = Json::object();
  if (!file.metadata.empty()) header[kMetadata] = file.metadata;
  std::size_t offset = 0;
  for (const Tensor* tensor : ordered) {
    const std::size_t end = offset + tensor->bytes.size();
    header[tensor->name] = {{"dtype", tensor->dtype}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  const std::uint64_t size = text.size();
  std::string bytes(reinterpret_cast<const char*>(&size), kSizeBytes);
  bytes += text;
  for (const Tensor* tensor : ordered) bytes += tensor->bytes;
  return bytes;
}

TensorFile decode(std::string_view bytes, const std::string& source) {
  if (bytes.size() < kSizeBytes)
    throw InputError(
        fmt::format("{}: expected a safetensors file, which begins with the 8 bytes of its header's size, "
                    "found {} bytes",
                    source, bytes.size()));
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), kSizeBytes);
  bytes.remove_prefix(kSizeBytes);
  if (header_size > kMaxHeader || header_size > bytes.size())
    throw InputError(
        fmt::format("{}: expected a safetensors file with a header of at most {} bytes, found a size of {}", source,
                    std::min<std::uint64_t>(kMaxHeader, bytes.size()), header_size));
  const std::string_view text = bytes.substr(0, static_cast<std::size_t>(header_size));
  bytes.remove_prefix(text.size());
  if (text.empty() || text.front() != '{')
    throw InputError(fmt::format("{}: header: expected a JSON object, found another text", source));
  const Json json = parse_json(text, source + ": header");
  const JsonReader header(json, source);
  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& item : json.items()) {
    if (item.key() == kMetadata)
      file.metadata = read_metadata(item.value(), source);
    else
      entries.push_back(read_entry(item.key(), JsonReader(item.value(), source, item.key()), bytes.size()));
  }
  check_places(header, entries, bytes.size());
  for (Entry& entry : entries) {
    entry.tensor.bytes = bytes.substr(entry.begin, entry.end - entry.begin);
    file.tensors.push_back(std::move(entry.tensor));
  }
  return file;
}

TensorFile read_tensors(const std::filesystem::path& path) {
  return decode(read_file(path), path.string());
}

void write_tensors(const std::filesystem::path& path, const TensorFile& file) {
  write_file_atomically(path, encode(file));
}

}  // namespace ampa::weights
