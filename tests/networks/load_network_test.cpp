#include "networks/load_network.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "common/json_reader.h"
#include "networks/network_digest.h"

using namespace ampa;
using namespace ampa::networks;
using Catch::Contains;

namespace {

class DescriptionFile {
 public:
  explicit DescriptionFile(const std::string& text) { std::ofstream(path(), std::ios::binary) << text; }
  std::string path() const { return (folder_.path() / "network.json").string(); }

 private:
  TemporaryFolder folder_;
};

// A correct description: a stem, two convolutions joined by an add, pooling and a classifier.
Json description() {
  return Json::parse(R"({
    "schema_version": 1, "name": "mine", "description": "for tests",
    "default_input": {"channels": 2, "height": 8, "width": 6}, "default_classes": 4,
    "layers": [
      {"name": "stem", "type": "conv2d", "out_channels": 6, "kernel": 3, "stride": 1, "padding": 1, "quantized": false},
      {"name": "conv", "type": "conv2d", "out_channels": 6, "kernel": 3, "stride": 1, "padding": 1, "quantized": true},
      {"name": "sum", "type": "add", "inputs": ["conv", "stem"]},
      {"name": "wide", "type": "shortcut_pad", "out_channels": 10, "stride": 2},
      {"name": "pool", "type": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
      {"name": "fc", "type": "linear", "out_features": "classes", "quantized": false}]})");
}

std::string error_of(const Json& json) {
  const DescriptionFile file(json.dump());
  try {
    load_network(file.path());
  } catch (const InputError& error) {
    std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    REQUIRE(message.rfind(file.path() + ": ", 0) == 0);
    return message.substr(file.path().size() + 2);
  }
  return "no error";
}

// The message for the description with one layer's key set (or, for null, removed).
std::string error_with(int layer, const std::string& key, const Json& value) {
  Json json = description();
  if (value.is_null())
    json["layers"][layer].erase(key);
  else
    json["layers"][layer][key] = value;
  return error_of(json);
}

}  // namespace

TEST_CASE("a user's description loads with its shapes") {
  const DescriptionFile file(description().dump());
  const ir::Network network = load_network(file.path());
  CHECK(network.name == "mine");
  CHECK(network.num_classes == 4);
  CHECK(network.input == ir::Shape{2, 8, 6});
  REQUIRE(network.layers.size() == 6);
  CHECK(network.layers[0].inputs == std::vector<int>{ir::kNetworkInput});
  CHECK(network.layers[2].inputs == std::vector<int>{1, 0});
  CHECK(network.layers[3].inputs == std::vector<int>{2});
  CHECK(network.layers[3].out == ir::Shape{10, 4, 3});
  CHECK(network.layers[4].out == ir::Shape{10, 2, 2});
  CHECK(network.quantized_layers() == std::vector<int>{1});
  CHECK(load_network(file.path(), {1, 4, 4}, 9).layers.back().out == ir::Shape{9, 1, 1});
}

TEST_CASE("a network that does not exist is named, with those that do") {
  CHECK_THROWS_WITH(load_network("resnet21"), Contains("network") && Contains("resnet20") && Contains("\"resnet21\""));
  CHECK_THROWS_AS(load_network("resnet21"), InputError);
  CHECK_THROWS_WITH(load_network("/nowhere/mine.json"), Contains("/nowhere/mine.json"));
}

TEST_CASE("inputs and numbers of classes out of range are refused") {
  CHECK_THROWS_WITH(load_network("resnet8", {0, 8, 8}, 10), Contains("channels") && Contains("found 0"));
  CHECK_THROWS_WITH(load_network("resnet8", {1, 5000, 8}, 10), Contains("height") && Contains("found 5000"));
  CHECK_THROWS_WITH(load_network("resnet8", {1, 8, 8}, 1), Contains("classes") && Contains("found 1"));
}

TEST_CASE("mistakes at the top of a description are named") {
  Json json = description();
  json["schema_version"] = 2;
  CHECK_THAT(error_of(json), Contains("schema_version: expected an integer in [1, 1], found 2"));
  json = description();
  json["optimizer"] = "sgd";
  CHECK_THAT(error_of(json), Contains("optimizer") && Contains("an unknown key"));
  json = description();
  json.erase("default_input");
  CHECK_THAT(error_of(json), Contains("default_input: expected a value, found nothing"));
  json = description();
  json["default_input"]["height"] = 0;
  CHECK_THAT(error_of(json), Contains("default_input.height") && Contains("found 0"));
  json = description();
  json["layers"] = Json::array();
  CHECK_THAT(error_of(json), Contains("layers: expected at least one layer, found none"));
  json = description();
  json["layers"][1] = 7;
  CHECK_THAT(error_of(json), Contains("layers[1]") && Contains("expected an object, found 7"));
  const DescriptionFile broken("{\"schema_version\": 1,");
  CHECK_THROWS_WITH(load_network(broken.path()),
                    Contains(broken.path() + ": line 1, column 22: expected a key in double quotes"));
}

TEST_CASE("mistakes of a layer are named with file, layer and key") {
  CHECK_THAT(error_with(1, "type", "conv3d"),
             Contains("layers[1] (conv).type: expected one of conv2d, linear") && Contains("found \"conv3d\""));
  CHECK_THAT(error_with(1, "quantized", nullptr), Contains("layers[1] (conv).quantized: expected a value"));
  CHECK_THAT(error_with(1, "quantized", 1), Contains("layers[1] (conv).quantized: expected true or false, found 1"));
  CHECK_THAT(error_with(5, "quantized", nullptr), Contains("layers[5] (fc).quantized"));
  CHECK_THAT(error_with(2, "quantized", true), Contains("layers[2] (sum).quantized") && Contains("unknown key"));
  CHECK_THAT(error_with(1, "biases", true), Contains("layers[1] (conv).biases") && Contains("unknown key"));
  CHECK_THAT(error_with(1, "bias", 1), Contains("layers[1] (conv).bias: expected true or false, found 1"));
  CHECK_THAT(error_with(1, "groups", 4), Contains("layers[1] (conv).groups: expected a divisor of") &&
                                             Contains("input and 6 output channels, found 4"));
  CHECK_THAT(error_with(1, "kernel", Json({3, 0})),
             Contains("layers[1] (conv).kernel: expected an array of integers in [1, 31], found 0"));
  CHECK_THAT(error_with(1, "stride", Json({1, 1, 1})),
             Contains("layers[1] (conv).stride: expected [y, x] with y in [1, 31] and x in [1, 31], found [1,1,1]"));
  CHECK_THAT(error_with(1, "padding", Json({1, 3})), Contains("layers[1] (conv).padding: expected"));
  CHECK_THAT(error_with(1, "dilation", 8),
             Contains("layers[1] (conv).kernel: expected at most the padded input's") && Contains("found 17"));
  CHECK_THAT(error_with(4, "stride", Json({1, 1})), Contains("layers[4] (pool).stride: expected an integer"));
  CHECK_THAT(error_with(1, "name", nullptr), Contains("layers[1].name: expected a value"));
  CHECK_THAT(error_with(1, "name", "stem"), Contains("layers[1].name") && Contains("\"stem\", the name of layers[0]"));
  CHECK_THAT(error_with(1, "name", "a/b"), Contains("layers[1].name") && Contains("\"a/b\""));
  CHECK_THAT(error_with(0, "name", "input"), Contains("layers[0].name"));
  CHECK_THAT(error_with(1, "kernel", 0), Contains("layers[1] (conv).kernel") && Contains("found 0"));
  CHECK_THAT(error_with(1, "kernel", nullptr), Contains("layers[1] (conv).kernel: expected a value"));
  CHECK_THAT(error_with(1, "stride", "2"), Contains("layers[1] (conv).stride") && Contains("found \"2\""));
  CHECK_THAT(error_with(1, "padding", 3), Contains("layers[1] (conv).padding: expected an integer in [0, 2], found 3"));
  CHECK_THAT(error_with(4, "padding", 2), Contains("layers[4] (pool).padding: expected an integer in [0, 1], found 2"));
  CHECK_THAT(error_with(1, "out_channels", "many"), Contains("layers[1] (conv).out_channels") && Contains("\"many\""));
  CHECK_THAT(error_with(5, "out_features", nullptr), Contains("layers[5] (fc).out_features: expected a value"));
}

TEST_CASE("keys of a convolution that say what a square window says leave the network what it is") {
  const auto digest_with = [](const std::vector<std::pair<std::string, Json>>& keys) {
    Json json = description();
    for (const auto& [key, value] : keys) json["layers"][1][key] = value;
    const DescriptionFile file(json.dump());
    return network_digest(load_network(file.path()));
  };
  const std::string plain = digest_with({});
  CHECK(digest_with({{"groups", 1}, {"dilation", Json({1, 1})}, {"bias", false}, {"kernel", Json({3, 3})}}) == plain);
  std::set<std::string> others = {plain};
  for (const auto& keys :
       std::vector<std::vector<std::pair<std::string, Json>>>{{{"groups", 2}},
                                                              {{"bias", true}},
                                                              {{"dilation", 2}, {"padding", 2}},
                                                              {{"dilation", Json({1, 2})}, {"padding", Json({1, 2})}},
                                                              {{"kernel", Json({3, 1})}, {"padding", Json({1, 0})}},
                                                              {{"kernel", Json({1, 3})}, {"padding", Json({0, 1})}}})
    CHECK(others.insert(digest_with(keys)).second);
}

TEST_CASE("inputs that do not exist, do not fit or are too many are named") {
  CHECK_THAT(error_with(2, "inputs", Json({"conv", "later"})),
             Contains("layers[2] (sum).inputs") && Contains("\"later\""));
  CHECK_THAT(error_with(2, "inputs", Json({"conv", "wide"})), Contains("names of earlier layers, found \"wide\""));
  CHECK_THAT(error_with(2, "inputs", Json({"conv"})), Contains("layers[2] (sum).inputs: expected 2 for add, found 1"));
  CHECK_THAT(error_with(2, "inputs", nullptr), Contains("layers[2] (sum).inputs: expected 2 for add, found 1"));
  CHECK_THAT(error_with(3, "inputs", Json({"sum", "stem"})), Contains("layers[3] (wide).inputs: expected 1"));
  CHECK_THAT(error_with(3, "inputs", Json({1})), Contains("layers[3] (wide).inputs") && Contains("1 in it"));
  CHECK_THAT(error_with(2, "inputs", Json({"conv", "input"})),
             Contains("layers[2] (sum).inputs: expected two inputs of one shape, found 6 x 8 x 6 and 2 x 8 x 6"));
}

TEST_CASE("shapes that cannot be are named") {
  Json json = description();
  json["layers"][1]["kernel"] = 9;
  json["layers"][1]["padding"] = 0;
  CHECK_THAT(error_of(json), Contains("layers[1] (conv).kernel: expected at most the padded input's 8, found 9"));
  CHECK_THAT(error_with(3, "out_channels", 9), Contains("layers[3] (wide).out_channels") && Contains("found 9"));
  CHECK_THAT(error_with(3, "out_channels", 4), Contains("layers[3] (wide).out_channels") && Contains("found 4"));
  CHECK_THAT(error_with(5, "out_features", 5),
             Contains("layers[5] (fc)") && Contains("4 x 1 x 1") && Contains("5 x 1 x 1"));
  json = description();
  json["layers"].erase(5);
  CHECK_THAT(error_of(json), Contains("layers[4] (pool)") && Contains("10 x 2 x 2"));
  json = description();
  json["layers"][3]["inputs"] = Json({"conv"});
  CHECK_THAT(error_of(json), Contains("layers[2] (sum)") && Contains("nothing reads"));
  json = description();
  json["default_input"] = {{"channels", 1}, {"height", 4096}, {"width", 4096}};
  json["layers"][0]["out_channels"] = 60000;
  CHECK_THAT(error_of(json), Contains("layers[0] (stem)") && Contains("60000 x 4096 x 4096"));
}

TEST_CASE("the last layer may give a map: a channel per class, or one where there are two") {
  Json json = description();
  json["layers"] = Json::parse(R"([
      {"name": "stem", "type": "conv2d", "out_channels": 6, "kernel": 3, "stride": 1, "padding": 1, "quantized": false},
      {"name": "out", "type": "conv2d", "out_channels": 4, "kernel": 1, "stride": 1, "padding": 0, "quantized": false}])");
  const DescriptionFile file(json.dump());
  CHECK(load_network(file.path()).layers.back().out == ir::Shape{4, 8, 6});
  CHECK_THROWS_WITH(load_network(file.path(), {2, 8, 6}, 5),
                    Contains("5 x 1 x 1, one number per class, or a map of so many channels, found 4 x 8 x 6"));
  json["layers"][1]["out_channels"] = 1;
  CHECK_THAT(error_of(json), Contains("found 1 x 8 x 6"));
  const DescriptionFile single(json.dump());
  CHECK(load_network(single.path(), {2, 8, 6}, 2).layers.back().out == ir::Shape{1, 8, 6});
}
