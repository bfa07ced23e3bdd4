#include "weights/network_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <set>

#include "common/atomic_file.h"
#include "common/error.h"
#include "weights/weight_codes.h"

namespace ampa::weights {
namespace {

using Shape = std::vector<std::int64_t>;

std::string shown(const std::string& dtype, const Shape& shape) {
  return fmt::format("{} of shape ({})", dtype, fmt::join(shape, ", "));
}

[[noreturn]] void fail(const std::string& source, const std::string& name, const std::string& expected,
                       const std::string& found) {
  throw InputError(fmt::format("{}: {}: expected {}, found {}", source, name, expected, found));
}

void check_is(const Tensor& found, const std::string& dtype, const Shape& shape, const std::string& source) {
  if (found.dtype != dtype || found.shape != shape)
    fail(source, found.name, shown(dtype, shape), shown(found.dtype, found.shape));
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void check_values(const Tensor& tensor, const Eigen::ArrayXf& values, const std::string& source) {
  const bool is_variance = ends_with(tensor.name, ".running_var");
  for (Eigen::Index i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]) || (is_variance && values[i] < 0))
      fail(source, tensor.name, is_variance ? "finite values of at least 0" : "finite values",
           fmt::format("{} as value {}", values[i], i));
}

// Throws for the first tensor of the file that the network does not have.
void check_surplus(const TensorFile& file, const std::string& source, const std::vector<StateTensor>& wanted) {
  std::set<std::string> names;
  for (const StateTensor& tensor : wanted) names.insert(tensor.name);
  for (const Tensor& tensor : file.tensors) {
    if (names.count(tensor.name) > 0) continue;
    const CodePart* const part = code_part(tensor.name);
    const auto of = std::find_if(wanted.begin(), wanted.end(), [&](const StateTensor& state) {
      return part != nullptr && state.shape.size() > 1 && tensor.name == state.name + part->suffix;
    });
    if (of == wanted.end()) fail(source, tensor.name, "tensors of the network only", "one that it does not have");
    check_is(tensor, part->dtype, part->is_whole ? of->shape : Shape{1}, source);
  }
}

void append_count(std::string& bytes, std::uint64_t count) {
  bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
}

}  // namespace

std::vector<StateTensor> state_tensors(const ir::Program& graph) {
  std::vector<StateTensor> all;
  for (ir::Parameter* parameter : graph.parameters())
    all.push_back({parameter->name, parameter->shape, &parameter->value,
                   parameter->starts_from ? parameter->starts_from->name : ""});
  for (const ir::Buffer& buffer : graph.buffers())
    if (buffer.of != ir::BufferOf::kTraining) all.push_back({buffer.name, {buffer.value->size()}, buffer.value});
  return all;
}

void copy_state(const ir::Program& from, const ir::Program& to) {
  const std::vector<StateTensor> source = state_tensors(from), target = state_tensors(to);
  for (std::size_t i = 0; i < target.size(); ++i) *target[i].values = *source.at(i).values;
}

std::vector<Tensor> state_of(const ir::Program& graph) {
  std::vector<Tensor> tensors;
  for (const StateTensor& state : state_tensors(graph))
    tensors.push_back(make_tensor(state.name, state.shape, state.values->data(), state.values->size()));
  return tensors;
}

void load_state(const TensorFile& file, const std::string& source, const ir::Program& graph) {
  const std::vector<StateTensor> wanted = state_tensors(graph);
  std::vector<Eigen::ArrayXf> values;
  for (const StateTensor& state : wanted) {
    const Tensor* const tensor = file.find(state.name);
    if (tensor == nullptr && !state.starts_from.empty()) {
      const auto from = std::find_if(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(values.size()),
                                     [&](const StateTensor& other) { return other.name == state.starts_from; });
      values.push_back(
          ir::mean_magnitudes(values.at(static_cast<std::size_t>(from - wanted.begin())), state.values->size()));
      continue;
    }
    if (tensor == nullptr) fail(source, state.name, shown("F32", state.shape), "nothing");
    check_is(*tensor, "F32", state.shape, source);
    values.emplace_back(state.values->size());
    std::memcpy(values.back().data(), tensor->bytes.data(), tensor->bytes.size());
    check_values(*tensor, values.back(), source);
  }
  check_surplus(file, source, wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) *wanted[i].values = values[i];
}

std::string state_digest(const TensorFile& file) {
  std::map<std::string, const Tensor*> by_name;
  for (const Tensor& tensor : file.tensors)
    if (code_part(tensor.name) == nullptr) by_name[tensor.name] = &tensor;
  std::string bytes;
  for (const auto& [name, tensor] : by_name) {
    append_count(bytes, name.size());
    bytes += name;
    append_count(bytes, tensor->shape.size());
    for (const std::int64_t extent : tensor->shape) append_count(bytes, static_cast<std::uint64_t>(extent));
    bytes += tensor->bytes;
  }
  return sha256_hex(bytes);
}

}  // namespace ampa::weights
