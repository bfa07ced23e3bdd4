#include "train/checkpoint.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::train {
namespace {

constexpr std::string_view kMagic = "AMPACKPT";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kPrefixSize = kMagic.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the checkpoint format is written in the host's byte order");

struct NamedTensor {
  std::string name;
  const char* kind;  // "value", "velocity" or "buffer"
  Eigen::ArrayXf* values;
};

std::vector<NamedTensor> tensors(const nn::Graph& graph) {
  std::vector<NamedTensor> all;
  for (nn::Parameter* parameter : graph.parameters()) {
    if (parameter->velocity.size() == 0) parameter->velocity.setZero(parameter->value.size());
    all.push_back({parameter->name, "value", &parameter->value});
    all.push_back({parameter->name, "velocity", &parameter->velocity});
  }
  for (const nn::Buffer& buffer : graph.buffers()) all.push_back({buffer.name, "buffer", buffer.value});
  return all;
}

template <typename T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <typename T>
T read_at(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::size_t byte_size(const Eigen::ArrayXf& values) { return static_cast<std::size_t>(values.size()) * sizeof(float); }

// The header of a file whose magic, version and header size are right.
Json read_header(const std::string& bytes, const std::string& file) {
  if (bytes.size() < kPrefixSize || bytes.compare(0, kMagic.size(), kMagic) != 0)
    throw InputError(fmt::format("{}: expected a checkpoint starting with {}, found another file", file, kMagic));
  const auto version = read_at<std::uint32_t>(bytes, kMagic.size());
  if (version != kVersion)
    throw InputError(fmt::format("{}: expected checkpoint version {}, found {}", file, kVersion, version));
  const auto size = read_at<std::uint64_t>(bytes, kMagic.size() + sizeof(std::uint32_t));
  if (size > bytes.size() - kPrefixSize)
    throw InputError(fmt::format("{}: expected a header of {} bytes, found the end of the file at byte {}", file, size,
                                 bytes.size()));
  try {
    return Json::parse(bytes.begin() + kPrefixSize, bytes.begin() + static_cast<std::ptrdiff_t>(kPrefixSize + size));
  } catch (const nlohmann::json::parse_error& error) {
    throw InputError(fmt::format("{}: expected a JSON header, found a syntax error at byte {}", file,
                                 kPrefixSize + error.byte));
  }
}

// Throws unless the header lists just the tensors that the graph has.
void check_tensors(JsonReader& header, const std::vector<NamedTensor>& wanted) {
  std::vector<JsonReader> found = header.children("tensors");
  if (found.size() != wanted.size())
    header.fail("tensors", fmt::format("{} tensors", wanted.size()), fmt::format("{}", found.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string name = found[i].string("name"), kind = found[i].string("kind");
    const std::int64_t size = found[i].integer("size", 0, INT64_MAX);
    if (name != wanted[i].name || kind != wanted[i].kind || size != wanted[i].values->size())
      found[i].fail("name", fmt::format("{} {} of {} values", wanted[i].name, wanted[i].kind, wanted[i].values->size()),
                    fmt::format("{} {} of {}", name, kind, size));
    found[i].finish();
  }
}

}  // namespace

std::string serialise(const CheckpointState& state, const nn::Graph& graph) {
  const std::vector<NamedTensor> all = tensors(graph);
  Json list = Json::array();
  for (const NamedTensor& tensor : all)
    list.push_back({{"name", tensor.name}, {"kind", tensor.kind}, {"size", tensor.values->size()}});
  const Json header = {
      {"next_step", state.next_step}, {"allocator", state.allocator}, {"record", state.record}, {"tensors", list}};
  const std::string text = header.dump();
  std::string bytes(kMagic);
  append(bytes, kVersion);
  append(bytes, static_cast<std::uint64_t>(text.size()));
  bytes += text;
  for (const NamedTensor& tensor : all)
    bytes.append(reinterpret_cast<const char*>(tensor.values->data()), byte_size(*tensor.values));
  return bytes;
}

CheckpointState load_checkpoint(const std::filesystem::path& path, nn::Graph& graph) {
  const std::string bytes = read_file(path);
  const std::string file = path.string();
  const Json json = read_header(bytes, file);
  const std::vector<NamedTensor> wanted = tensors(graph);
  JsonReader header(json, file);
  CheckpointState state;
  state.next_step = header.integer("next_step", 0, INT64_MAX);
  state.allocator = header.any("allocator");
  state.record = header.object("record");
  check_tensors(header, wanted);
  header.finish();

  std::size_t offset = kPrefixSize + read_at<std::uint64_t>(bytes, kMagic.size() + sizeof(std::uint32_t));
  std::size_t expected = offset;
  for (const NamedTensor& tensor : wanted) expected += byte_size(*tensor.values);
  if (bytes.size() != expected)
    throw InputError(fmt::format("{}: expected {} bytes, found {}", file, expected, bytes.size()));
  for (const NamedTensor& tensor : wanted) {
    std::memcpy(tensor.values->data(), bytes.data() + offset, byte_size(*tensor.values));
    offset += byte_size(*tensor.values);
  }
  return state;
}

}  // namespace ampa::train
