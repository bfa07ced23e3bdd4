// The built-in networks against published figures: quantized layers one by one, BOPS as printed.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../common/temporary_folder.h"
#include "bitops/bitops.h"
#include "common/json_reader.h"
#include "networks/load_network.h"
#include "networks/network_digest.h"
#include "ops/table.h"

namespace ampa::networks {
namespace {

struct Published {
  std::string name;
  std::int64_t size = 0, classes = 0;
  std::string bops, difference;  // in 10^9; "printed" or percent
  std::vector<std::pair<std::string, std::int64_t>> layers;
};

// The rows of tests/networks/published_networks.txt.
std::vector<Published> published_networks() {
  std::ifstream file(std::filesystem::path(AMPA_SOURCE_DIR) / "tests" / "networks" / "published_networks.txt");
  std::vector<Published> found;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "network") {
      Published one;
      words >> one.name >> one.size >> one.classes >> one.bops >> one.difference;
      found.push_back(one);
    } else if (kind == "layer") {
      std::pair<std::string, std::int64_t> layer;
      words >> layer.first >> layer.second;
      found.back().layers.push_back(layer);
    }
  }
  for (std::size_t i = found.size(); i-- > 1;)
    if (found[i - 1].layers.empty()) found[i - 1].layers = found[i].layers;
  return found;
}

std::vector<std::pair<std::string, std::int64_t>> quantized_layers(const ir::Network& network) {
  std::vector<std::pair<std::string, std::int64_t>> layers;
  for (const int index : network.quantized_layers()) {
    const ir::Layer& layer = network.layers[static_cast<std::size_t>(index)];
    layers.emplace_back(layer.name, ops::macs(layer));
  }
  return layers;
}

std::int64_t total(const ir::Network& network) {
  std::int64_t sum = 0;
  for (const auto& layer : quantized_layers(network)) sum += layer.second;
  return sum;
}

}  // namespace

TEST_CASE("published networks: quantized layers one by one, and the BOPS that the paper prints") {
  const std::vector<Published> rows = published_networks();
  REQUIRE(rows.size() == 16);
  for (const Published& row : rows) {
    INFO(row.name << ' ' << row.size);
    const ir::Network network = load_network(row.name, {3, row.size, row.size}, row.classes);
    CHECK(quantized_layers(network) == row.layers);
    const auto bops = 1e-9 * static_cast<double>(bitops::int8_training_bitops(bitops::counted_gemms(network)));
    const std::size_t digits = row.bops.size() - row.bops.find('.') - 1;
    const double printed = std::strtod(row.bops.c_str(), nullptr);
    if (row.difference == "printed")
      CHECK(fmt::format("{:.{}f}", bops, digits) == row.bops);
    else
      CHECK(100 * (bops / printed - 1) == Approx(std::strtod(row.difference.c_str(), nullptr)).margin(6e-4));
  }
}

TEST_CASE("published networks: the default input and classes are those of a published row") {
  for (const Published& row : published_networks()) {
    const ir::Network network = load_network(row.name);
    CHECK((network.input.height == row.size || row.name == "unet"));
    CHECK(network.input.channels == 3);
  }
}

TEST_CASE("count_bias_macs: additions of biases are MACs where the description says so, and nowhere else") {
  Json json = read_json_file(std::filesystem::path(AMPA_SOURCE_DIR) / "models/networks/mobilenetv2-cifar100.json");
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "network.json").string();
  const auto load = [&] {
    std::ofstream(path) << json.dump();
    return load_network(path);
  };
  const ir::Network counted = load();
  json["count_bias_macs"] = false;
  const ir::Network off = load();
  json.erase("count_bias_macs");
  const ir::Network absent = load();
  CHECK(total(counted) == 62477808);
  CHECK(total(off) == 61940608);
  CHECK(network_digest(off) == network_digest(absent));
  CHECK(network_digest(off) != network_digest(counted));
  // All three passes of a layer count them.
  CHECK(bitops::int8_training_bitops(bitops::counted_gemms(counted)) == 192 * total(counted));
  CHECK(bitops::int8_training_bitops(bitops::counted_gemms(absent)) == 192 * total(absent));
  // A linear layer and one of tokens have a bias without being told, a convolution only if told.
  json["count_bias_macs"] = true;
  json["layers"] = Json::parse(R"([
      {"name": "conv", "type": "conv2d", "out_channels": 4, "kernel": 1, "stride": 1, "padding": 0, "quantized": true},
      {"name": "tokens", "type": "token_linear", "out_features": 5, "bias": false, "quantized": true},
      {"name": "biased", "type": "token_linear", "out_features": 6, "quantized": true},
      {"name": "fc", "type": "linear", "out_features": "classes", "quantized": true}])");
  json["default_input"] = {{"channels", 3}, {"height", 2}, {"width", 2}};
  json["default_classes"] = 7;
  CHECK(quantized_layers(load()) == std::vector<std::pair<std::string, std::int64_t>>{
                                        {"conv", 48}, {"tokens", 80}, {"biased", 120 + 24}, {"fc", 168 + 7}});
  json["count_bias_macs"] = 1;
  CHECK_THROWS_WITH(load(), Catch::Contains("count_bias_macs: expected true or false, found 1"));
}

}  // namespace ampa::networks
