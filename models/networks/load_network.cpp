#include "networks/load_network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <utility>

#include "common/error.h"
#include "embedded_networks.h"
#include "networks/layer_reader.h"
#include "ops/attribute_reader.h"

namespace ampa::networks {
namespace {

constexpr std::int64_t kSchemaVersion = 1;
constexpr std::int64_t kMaxClasses = 65536;

struct DataShape {
  ir::Shape input;
  std::int64_t num_classes = 0;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The description and what error messages call it.
std::pair<Json, std::string> find_description(const std::string& name_or_path) {
  if (ends_with(name_or_path, ".json")) return {read_json_file(name_or_path), name_or_path};
  for (const auto& [name, text] : embedded::network_files())
    if (name == name_or_path) return {Json::parse(text), fmt::format("built-in network {}", name)};
  throw InputError(fmt::format("network: expected one of {} or a path that ends in .json, found \"{}\"",
                               fmt::join(builtin_networks(), ", "), name_or_path));
}

DataShape read_default_data(JsonReader& reader) {
  JsonReader input = reader.child("default_input");
  DataShape data;
  data.input.channels = input.integer("channels", 1, ops::kMaxChannels);
  data.input.height = input.integer("height", 1, ops::kMaxExtent);
  data.input.width = input.integer("width", 1, ops::kMaxExtent);
  input.finish();
  data.num_classes = reader.integer("default_classes", 2, kMaxClasses);
  return data;
}

void check_given(const DataShape& data) {
  const auto check = [](const char* key, std::int64_t value, std::int64_t min, std::int64_t max) {
    if (value < min || value > max)
      throw InputError(fmt::format("network input: {}: expected {}..{}, found {}", key, min, max, value));
  };
  check("channels", data.input.channels, 1, ops::kMaxChannels);
  check("height", data.input.height, 1, ops::kMaxExtent);
  check("width", data.input.width, 1, ops::kMaxExtent);
  check("classes", data.num_classes, 2, kMaxClasses);
}

// Layers whose output nobody reads are mistakes, and the last one must have a channel per class; whether it gives one
// answer or a map of them is what an objective checks. Where there are two classes, a map may have one channel: the
// logit of the second.
void check_ends(const JsonReader& reader, const ir::Network& network) {
  const std::size_t count = network.layers.size();
  std::vector<bool> is_read(count, false);
  for (const ir::Layer& layer : network.layers)
    for (const int input : layer.inputs)
      if (input != ir::kNetworkInput) is_read[static_cast<std::size_t>(input)] = true;
  for (std::size_t i = 0; i + 1 < count; ++i)
    if (!is_read[i])
      reader.fail(fmt::format("layers[{}] ({})", i, network.layers[i].name), "a layer whose output a later layer reads",
                  "one that nothing reads");
  const ir::Layer& last = network.layers.back();
  const bool is_map = last.out.height * last.out.width > 1;
  if (last.out.channels != network.num_classes && !(is_map && network.num_classes == 2 && last.out.channels == 1))
    reader.fail(fmt::format("layers[{}] ({})", count - 1, last.name),
                fmt::format("the last layer's output to be {} x 1 x 1, one number per class, or a map of so many "
                            "channels",
                            network.num_classes),
                fmt::format("{} x {} x {}", last.out.channels, last.out.height, last.out.width));
}

ir::Network load(const std::string& name_or_path, const std::optional<DataShape>& given) {
  if (given) check_given(*given);
  const auto [json, source] = find_description(name_or_path);
  JsonReader reader(json, source);
  reader.integer("schema_version", kSchemaVersion, kSchemaVersion);
  ir::Network network;
  network.name = reader.string("name");
  reader.string("description");
  const DataShape defaults = read_default_data(reader);
  const DataShape data = given.value_or(defaults);
  network.input = data.input;
  network.num_classes = data.num_classes;
  const bool counts_bias_macs = reader.has("count_bias_macs") && reader.boolean("count_bias_macs");
  const Json& layers = reader.array("layers");
  reader.finish();
  if (layers.empty()) reader.fail("layers", "at least one layer", "none");
  for (std::size_t i = 0; i < layers.size(); ++i)
    network.layers.push_back(read_layer(layers[i], source, i, network, counts_bias_macs));
  check_ends(reader, network);
  return network;
}

}  // namespace

std::vector<std::string> builtin_networks() {
  std::vector<std::string> names;
  for (const auto& file : embedded::network_files()) names.emplace_back(file.first);
  return names;
}

ir::Network load_network(const std::string& name_or_path) {
  return load(name_or_path, std::nullopt);
}

ir::Network load_network(const std::string& name_or_path, ir::Shape input, std::int64_t num_classes) {
  return load(name_or_path, DataShape{input, num_classes});
}

}  // namespace ampa::networks
