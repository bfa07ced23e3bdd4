#include "networks/layer_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ops/attribute_reader.h"
#include "ops/table.h"

namespace ampa::networks {
namespace {

// As an element of "inputs": the image itself.
constexpr std::string_view kInputName = "input";

std::string read_name(const Json& json, const std::string& source, std::size_t index, const ir::Network& network) {
  JsonReader reader(json, source, fmt::format("layers[{}]", index));
  const std::string name = reader.string("name");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  if (name.empty() || name == kInputName || !std::all_of(name.begin(), name.end(), allowed))
    reader.fail("name", "letters, digits, '.', '_' or '-' and not \"input\"", fmt::format("\"{}\"", name));
  for (std::size_t other = 0; other < network.layers.size(); ++other)
    if (network.layers[other].name == name)
      reader.fail("name", "a name of its own", fmt::format("\"{}\", the name of layers[{}]", name, other));
  return name;
}

const ops::Op& read_op(JsonReader& reader) {
  const std::string name = reader.string("type");
  std::vector<std::string_view> valid;
  for (const ops::Op* op : ops::op_table()) {
    if (op->name == name) return *op;
    valid.push_back(op->name);
  }
  reader.fail("type", fmt::format("one of {}", fmt::join(valid, ", ")), fmt::format("\"{}\"", name));
}

int find_input(const JsonReader& reader, const Json& name, const ir::Network& network) {
  if (!name.is_string()) reader.fail("inputs", "an array of layer names", fmt::format("{} in it", name.dump()));
  const std::string wanted = name.get<std::string>();
  if (wanted == kInputName) return ir::kNetworkInput;
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    if (network.layers[i].name == wanted) return static_cast<int>(i);
  reader.fail("inputs", "\"input\" or names of earlier layers", fmt::format("\"{}\"", wanted));
}

std::vector<int> read_inputs(JsonReader& reader, const ops::Op& op, const ir::Network& network) {
  std::vector<int> inputs;
  if (reader.has("inputs"))
    for (const Json& name : reader.array("inputs")) inputs.push_back(find_input(reader, name, network));
  else
    inputs.push_back(static_cast<int>(network.layers.size()) - 1);  // the previous layer, or ir::kNetworkInput
  if (op.num_inputs == ops::kAnyInputs && !inputs.empty()) return inputs;
  if (op.num_inputs == ops::kAnyInputs) reader.fail("inputs", fmt::format("at least one for {}", op.name), "none");
  if (inputs.size() != op.num_inputs)
    reader.fail("inputs", fmt::format("{} for {}", op.num_inputs, op.name), fmt::format("{}", inputs.size()));
  return inputs;
}

ir::Shape shape_of(const ir::Network& network, int index) {
  return index == ir::kNetworkInput ? network.input : network.layers[static_cast<std::size_t>(index)].out;
}

}  // namespace

ir::Layer read_layer(const Json& json, const std::string& source, std::size_t index, const ir::Network& network,
                     bool counts_bias_macs) {
  ir::Layer layer;
  layer.name = read_name(json, source, index, network);
  JsonReader reader(json, source, fmt::format("layers[{}] ({})", index, layer.name));
  reader.string("name");
  const ops::Op& op = read_op(reader);
  layer.op = op.name;
  layer.inputs = read_inputs(reader, op, network);
  std::vector<ir::Shape> shapes;
  for (const int input : layer.inputs) shapes.push_back(shape_of(network, input));
  layer.in = shapes[0];
  ops::AttributeReader attributes(reader, shapes, network.num_classes, counts_bias_macs);
  op.read(attributes, layer);
  if (layer.out.size() > ops::kMaxImageSize)
    reader.fail("type", fmt::format("an output of at most {} numbers", ops::kMaxImageSize), ops::shown(layer.out));
  const bool may_miss = op.quantized_key == ops::QuantizedKey::kOff && !reader.has("quantized");
  if (op.gemm_size && !may_miss) layer.quantized = reader.boolean("quantized");
  reader.finish();
  return layer;
}

}  // namespace ampa::networks
