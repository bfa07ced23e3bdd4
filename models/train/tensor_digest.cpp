#include "train/tensor_digest.h"

#include <cstdint>
#include <string_view>

#include "common/atomic_file.h"

namespace ampa::train {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the digest's layout is written in the host's byte order");

void append_count(std::string& bytes, std::uint64_t count) {
  bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
}

void append_text(std::string& bytes, std::string_view text) {
  append_count(bytes, text.size());
  bytes += text;
}

}  // namespace

std::vector<NamedTensor> named_tensors(const ir::Program& graph) {
  std::vector<NamedTensor> all;
  for (ir::Parameter* parameter : graph.parameters()) {
    if (parameter->velocity.size() == 0) parameter->velocity.setZero(parameter->value.size());
    all.push_back({parameter->name, "value", &parameter->value});
    all.push_back({parameter->name, "velocity", &parameter->velocity});
  }
  for (const ir::Buffer& buffer : graph.buffers()) all.push_back({buffer.name, "buffer", buffer.value});
  return all;
}

std::string tensor_digest(const std::vector<NamedTensor>& tensors) {
  std::string bytes;
  for (const NamedTensor& tensor : tensors) {
    append_text(bytes, tensor.name);
    append_text(bytes, tensor.kind);
    const auto size = static_cast<std::size_t>(tensor.values->size());
    append_count(bytes, size);
    bytes.append(reinterpret_cast<const char*>(tensor.values->data()), size * sizeof(float));
  }
  return sha256_hex(bytes);
}

std::string tensor_digest(const ir::Program& graph) {
  return tensor_digest(named_tensors(graph));
}

}  // namespace ampa::train
