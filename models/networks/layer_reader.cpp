#include "networks/layer_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "networks/layer_types.h"

namespace ampa::networks {
namespace {

// As an element of "inputs": the image itself.
constexpr std::string_view kInputName = "input";

std::string shown(Shape shape) {
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

std::string read_name(const Json& json, const std::string& source, std::size_t index, const Network& network) {
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

const LayerTypeInfo& read_type(JsonReader& reader) {
  const std::string name = reader.string("type");
  std::vector<std::string_view> valid;
  for (const LayerTypeInfo& info : layer_types()) {
    if (info.name == name) return info;
    valid.push_back(info.name);
  }
  reader.fail("type", fmt::format("one of {}", fmt::join(valid, ", ")), fmt::format("\"{}\"", name));
}

int find_input(const JsonReader& reader, const Json& name, const Network& network) {
  if (!name.is_string()) reader.fail("inputs", "an array of layer names", fmt::format("{} in it", name.dump()));
  const std::string wanted = name.get<std::string>();
  if (wanted == kInputName) return kNetworkInput;
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    if (network.layers[i].name == wanted) return static_cast<int>(i);
  reader.fail("inputs", "\"input\" or names of earlier layers", fmt::format("\"{}\"", wanted));
}

std::vector<int> read_inputs(JsonReader& reader, const LayerTypeInfo& info, const Network& network) {
  std::vector<int> inputs;
  if (reader.has("inputs"))
    for (const Json& name : reader.array("inputs")) inputs.push_back(find_input(reader, name, network));
  else
    inputs.push_back(static_cast<int>(network.layers.size()) - 1);  // the previous layer, or kNetworkInput
  if (inputs.size() != info.num_inputs)
    reader.fail("inputs", fmt::format("{} for {}", info.num_inputs, info.name), fmt::format("{}", inputs.size()));
  return inputs;
}

// A number of output channels, or "classes".
std::int64_t read_width(JsonReader& reader, const std::string& key, const Network& network) {
  const Json& value = reader.any(key);
  if (!value.is_string()) return reader.integer(key, 1, kMaxChannels);
  if (value != "classes")
    reader.fail(key, fmt::format("an integer in [1, {}] or \"classes\"", kMaxChannels), value.dump());
  return network.num_classes;
}

// Places of a window along one extent.
std::int64_t places(const JsonReader& reader, const Layer& layer, std::int64_t extent) {
  const std::int64_t padded = extent + 2 * layer.padding;
  if (layer.kernel > padded)
    reader.fail("kernel", fmt::format("at most the padded input's {}", padded), fmt::format("{}", layer.kernel));
  return (padded - layer.kernel) / layer.stride + 1;
}

void read_window(JsonReader& reader, Layer& layer) {
  layer.kernel = reader.integer("kernel", 1, kMaxKernel);
  layer.stride = reader.integer("stride", 1, kMaxStride);
  // A pool's window must touch its input wherever it stands; a convolution's may lie on the padding.
  layer.padding = reader.integer("padding", 0, layer.type == LayerType::kConv2d ? layer.kernel - 1 : layer.kernel / 2);
  layer.out.height = places(reader, layer, layer.in.height);
  layer.out.width = places(reader, layer, layer.in.width);
}

void read_shortcut(JsonReader& reader, Layer& layer, const Network& network) {
  layer.stride = reader.integer("stride", 1, kMaxStride);
  layer.out.channels = read_width(reader, "out_channels", network);
  const std::int64_t added = layer.out.channels - layer.in.channels;
  if (added < 0 || added % 2 != 0)
    reader.fail("out_channels", fmt::format("the input's {} channels and an even number more", layer.in.channels),
                fmt::format("{}", layer.out.channels));
  layer.out.height = (layer.in.height - 1) / layer.stride + 1;
  layer.out.width = (layer.in.width - 1) / layer.stride + 1;
}

Shape shape_of(const Network& network, int index) {
  return index == kNetworkInput ? network.input : network.layers[static_cast<std::size_t>(index)].out;
}

void read_shapes(JsonReader& reader, const LayerTypeInfo& info, Layer& layer, const Network& network) {
  layer.in = layer.out = shape_of(network, layer.inputs[0]);
  if (info.has_window) read_window(reader, layer);
  switch (layer.type) {
    case LayerType::kConv2d:
      layer.out.channels = read_width(reader, "out_channels", network);
      break;
    case LayerType::kLinear:
      layer.out = {read_width(reader, "out_features", network), 1, 1};
      break;
    case LayerType::kShortcutPad:
      read_shortcut(reader, layer, network);
      break;
    case LayerType::kGlobalAveragePool:
      layer.out = {layer.in.channels, 1, 1};
      break;
    case LayerType::kAdd:
      if (const Shape second = shape_of(network, layer.inputs[1]); second != layer.in)
        reader.fail("inputs", "two inputs of one shape", fmt::format("{} and {}", shown(layer.in), shown(second)));
      break;
    default:
      break;
  }
  if (layer.out.size() > kMaxImageSize)
    reader.fail("type", fmt::format("an output of at most {} numbers", kMaxImageSize), shown(layer.out));
}

}  // namespace

Layer read_layer(const Json& json, const std::string& source, std::size_t index, const Network& network) {
  Layer layer;
  layer.name = read_name(json, source, index, network);
  JsonReader reader(json, source, fmt::format("layers[{}] ({})", index, layer.name));
  reader.string("name");
  const LayerTypeInfo& info = read_type(reader);
  layer.type = info.type;
  layer.inputs = read_inputs(reader, info, network);
  read_shapes(reader, info, layer, network);
  if (info.has_weights) layer.quantized = reader.boolean("quantized");
  reader.finish();
  return layer;
}

}  // namespace ampa::networks
