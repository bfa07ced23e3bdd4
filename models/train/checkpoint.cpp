#include "train/checkpoint.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "common/atomic_file.h"
#include "common/error.h"
#include "train/tensor_digest.h"

namespace ampa::train {
namespace {

constexpr std::string_view kMagic = "AMPACKPT";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kDigestSize = 64;
constexpr std::size_t kDigestOffset = kMagic.size() + sizeof(std::uint32_t);
constexpr std::size_t kPayloadOffset = kDigestOffset + kDigestSize;  // of the header's size
constexpr std::size_t kHeaderOffset = kPayloadOffset + sizeof(std::uint64_t);

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the checkpoint format is written in the host's byte order");

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

std::size_t byte_size(const Eigen::ArrayXf& values) {
  return static_cast<std::size_t>(values.size()) * sizeof(float);
}

// A file whose magic, version and digest are right, taken apart.
struct File {
  std::string name, bytes;
  Json header;
  std::size_t tensors_offset = 0;
};

File read(const std::filesystem::path& path) {
  File file{path.string(), read_file(path), {}, 0};
  const std::string& bytes = file.bytes;
  if (bytes.size() < kHeaderOffset || bytes.compare(0, kMagic.size(), kMagic) != 0)
    throw InputError(fmt::format("{}: expected a checkpoint starting with {}, found another file", file.name, kMagic));
  const auto version = read_at<std::uint32_t>(bytes, kMagic.size());
  if (version != kVersion)
    throw InputError(fmt::format("{}: expected checkpoint version {}, found {}", file.name, kVersion, version));
  const std::string digest = sha256_hex(std::string_view(bytes).substr(kPayloadOffset));
  if (bytes.compare(kDigestOffset, kDigestSize, digest) != 0)
    throw InputError(fmt::format("{}: expected bytes with SHA-256 {}, found {}: the file was changed or cut off",
                                 file.name, bytes.substr(kDigestOffset, kDigestSize), digest));
  const auto header_size = read_at<std::uint64_t>(bytes, kPayloadOffset);
  if (header_size > bytes.size() - kHeaderOffset)
    throw InputError(fmt::format("{}: header: expected at most the {} bytes that follow its size, found a size of {}",
                                 file.name, bytes.size() - kHeaderOffset, header_size));
  file.tensors_offset = kHeaderOffset + static_cast<std::size_t>(header_size);
  file.header = parse_json(std::string_view(bytes).substr(kHeaderOffset, file.tensors_offset - kHeaderOffset),
                           file.name + ": header");
  return file;
}

// Throws unless the header lists just the tensors that the graph has, and the file ends with their values.
void check_tensors(JsonReader& header, const File& file, const std::vector<NamedTensor>& wanted) {
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
  std::size_t num_bytes = 0;
  for (const NamedTensor& tensor : wanted) num_bytes += byte_size(*tensor.values);
  if (file.bytes.size() - file.tensors_offset != num_bytes)
    header.fail("tensors", fmt::format("{} bytes of values behind the header", num_bytes),
                fmt::format("{}", file.bytes.size() - file.tensors_offset));
}

}  // namespace

std::string serialise(const CheckpointState& state, const ir::Program& graph, optim::Optimizer& optimizer) {
  return serialise(state, named_tensors(graph, optimizer));
}

std::string serialise(const CheckpointState& state, const std::vector<NamedTensor>& all) {
  Json list = Json::array();
  for (const NamedTensor& tensor : all)
    list.push_back({{"name", tensor.name}, {"kind", tensor.kind}, {"size", tensor.values->size()}});
  const Json header = {
      {"next_step", state.next_step}, {"allocator", state.allocator}, {"record", state.record}, {"tensors", list}};
  const std::string text = header.dump();
  std::string payload;
  append(payload, static_cast<std::uint64_t>(text.size()));
  payload += text;
  for (const NamedTensor& tensor : all)
    payload.append(reinterpret_cast<const char*>(tensor.values->data()), byte_size(*tensor.values));
  std::string bytes(kMagic);
  append(bytes, kVersion);
  return bytes + sha256_hex(payload) + payload;
}

CheckpointState read_checkpoint_state(const std::filesystem::path& path) {
  const File file = read(path);
  JsonReader header(file.header, file.name);
  CheckpointState state;
  state.next_step = header.integer("next_step", 0, INT64_MAX);
  state.allocator = header.any("allocator");
  state.record = header.object("record");
  return state;
}

void load_checkpoint_tensors(const std::filesystem::path& path, ir::Program& graph, optim::Optimizer& optimizer) {
  load_checkpoint_tensors(path, named_tensors(graph, optimizer));
}

void load_checkpoint_tensors(const std::filesystem::path& path, const std::vector<NamedTensor>& wanted) {
  const File file = read(path);
  JsonReader header(file.header, file.name);
  check_tensors(header, file, wanted);
  std::size_t offset = file.tensors_offset;
  for (const NamedTensor& tensor : wanted) {
    std::memcpy(tensor.values->data(), file.bytes.data() + offset, byte_size(*tensor.values));
    offset += byte_size(*tensor.values);
  }
}

}  // namespace ampa::train
