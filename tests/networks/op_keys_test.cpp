// The keys of the ops: what they default to, and what is refused with file, layer and key.
#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "networks/network_digest.h"

using namespace ampa;
using namespace ampa::networks;
using Catch::Contains;

namespace {

// A network whose first layers are `layers` and whose last is a classifier.
ir::Network network_of(const Json& layers, ir::Shape input = {6, 4, 8}) {
  const TemporaryFolder folder;
  Json json = Json::parse(R"({"schema_version": 1, "name": "mine", "description": "", "default_classes": 3})");
  json["default_input"] = {{"channels", input.channels}, {"height", input.height}, {"width", input.width}};
  json["layers"] = layers;
  json["layers"].push_back({{"name", "fc"}, {"type", "linear"}, {"out_features", "classes"}, {"quantized", false}});
  std::ofstream(folder.path() / "network.json") << json.dump();
  return load_network((folder.path() / "network.json").string());
}

// One layer of the given keys on an input of 6 x 4 x 8.
ir::Layer layer_of(Json keys, ir::Shape input = {6, 4, 8}) {
  keys["name"] = "one";
  return network_of(Json::array({keys}), input).layers[0];
}

std::string error_of(Json keys, ir::Shape input = {6, 4, 8}) {
  try {
    layer_of(std::move(keys), input);
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    const std::size_t at = message.find("layers[0] (one).");
    REQUIRE(at != std::string::npos);
    return message.substr(at + std::string("layers[0] (one).").size());
  }
  return "no error";
}

}  // namespace

TEST_CASE("op keys: what is not written has the default of the page") {
  CHECK(layer_of({{"type", "gelu"}}).integer("form") == 0);
  CHECK(layer_of({{"type", "dropout"}}).number("probability") == 0.5);
  CHECK(layer_of({{"type", "softmax"}}).integer("causal") == 0);
  CHECK(layer_of({{"type", "layer_norm"}}).number("epsilon") == 1e-5);
  CHECK(layer_of({{"type", "token_linear"}, {"out_features", 5}, {"quantized", true}}).integer("bias") == 1);
  CHECK(layer_of({{"type", "position_encoding"}}).integer("kind") == 0);
  CHECK(layer_of({{"type", "slice_channels"}, {"out_channels", 2}}).integer("first") == 0);
  CHECK(layer_of({{"type", "select_token"}}, {6, 4, 1}).integer("index") == 0);
  const ir::Layer up = layer_of({{"type", "upsample"}, {"factor", 2}});
  CHECK(up.integer("mode") == 0);
  CHECK(up.integer("align_corners") == 0);
  const ir::Layer pool = layer_of({{"type", "max_pool"}, {"kernel", 2}});
  CHECK(pool.stride == 2);
  CHECK(pool.padding == 0);
  CHECK(pool.out == ir::Shape{6, 2, 4});
  CHECK(layer_of({{"type", "average_pool"}, {"kernel", 3}, {"stride", 1}, {"padding", 1}}).out == ir::Shape{6, 4, 8});
}

TEST_CASE("op keys: shapes") {
  CHECK(layer_of({{"type", "flatten"}}).out == ir::Shape{192, 1, 1});
  CHECK(layer_of({{"type", "tokens"}}).out == ir::Shape{6, 32, 1});
  CHECK(layer_of({{"type", "reshape"}, {"out_channels", 3}, {"height", 8}, {"width", 8}}).out == ir::Shape{3, 8, 8});
  CHECK(layer_of({{"type", "upsample"}, {"factor", 3}}).out == ir::Shape{6, 12, 24});
  CHECK(layer_of({{"type", "adaptive_average_pool"}, {"height", 7}, {"width", 1}}).out == ir::Shape{6, 7, 1});
  CHECK(layer_of({{"type", "split_heads"}, {"heads", 3}}, {6, 4, 1}).out == ir::Shape{2, 3, 4});
  CHECK(layer_of({{"type", "merge_heads"}}).out == ir::Shape{24, 8, 1});
  CHECK(layer_of({{"type", "class_token"}}, {6, 4, 1}).out == ir::Shape{6, 5, 1});
  CHECK(layer_of({{"type", "select_token"}, {"index", 3}}, {6, 4, 1}).out == ir::Shape{6, 1, 1});
  CHECK(layer_of({{"type", "embedding"}, {"vocabulary", 9}, {"out_channels", 5}}, {1, 4, 1}).out == ir::Shape{5, 4, 1});
  CHECK(layer_of({{"type", "token_linear"}, {"out_features", 5}, {"quantized", true}}).out == ir::Shape{5, 4, 8});
  CHECK(layer_of({{"type", "concat"}, {"inputs", {"input", "input", "input"}}}).out == ir::Shape{18, 4, 8});
  const Json product = {{"type", "matmul"}, {"inputs", {"input", "input"}}, {"transpose_b", true}};
  CHECK(layer_of(product).out == ir::Shape{8, 4, 8});
}

TEST_CASE("op keys: a matmul is quantized where its description says so, a conv_transpose2d always says") {
  Json product = {{"type", "matmul"}, {"inputs", {"input", "input"}}, {"transpose_b", true}};
  CHECK_FALSE(layer_of(product).quantized);
  product["quantized"] = true;
  CHECK(layer_of(product).quantized);
  product["quantized"] = 1;
  CHECK_THAT(error_of(product), Contains("quantized: expected true or false, found 1"));
  Json up = {{"type", "conv_transpose2d"}, {"out_channels", 4}, {"kernel", 2}, {"stride", 2}};
  CHECK_THAT(error_of(up), Contains("quantized: expected a value"));
  up["quantized"] = true;
  CHECK(layer_of(up).quantized);
  CHECK(layer_of(up).out == ir::Shape{4, 8, 16});
}

TEST_CASE("op keys: mistakes are named") {
  CHECK_THAT(error_of({{"type", "gelu"}, {"form", "sigmoid"}}),
             Contains("form: expected one of erf, tanh, found \"sigmoid\""));
  CHECK_THAT(error_of({{"type", "dropout"}, {"probability", 1}}), Contains("probability") && Contains("found 1"));
  CHECK_THAT(error_of({{"type", "dropout"}, {"p", 0.1}}), Contains("p: ") && Contains("unknown key"));
  CHECK_THAT(error_of({{"type", "scale"}}), Contains("factor: expected a value"));
  CHECK_THAT(error_of({{"type", "scale"}, {"factor", "2"}}), Contains("factor") && Contains("found \"2\""));
  CHECK_THAT(error_of({{"type", "softmax"}, {"causal", true}}),
             Contains("causal: expected an input whose width is its number of channels, found 6 x 4 x 8"));
  CHECK_THAT(error_of({{"type", "softmax"}, {"causal", 1}}), Contains("causal: expected true or false, found 1"));
  CHECK_THAT(error_of({{"type", "layer_norm"}, {"epsilon", 0}}), Contains("epsilon") && Contains("found 0"));
  CHECK_THAT(error_of({{"type", "concat"}, {"inputs", Json::array()}}),
             Contains("inputs: expected at least one for concat, found none"));
  CHECK_THAT(error_of({{"type", "slice_channels"}, {"first", 4}, {"out_channels", 3}}),
             Contains("out_channels: expected an integer in [1, 2], found 3"));
  CHECK_THAT(error_of({{"type", "reshape"}, {"out_channels", 3}, {"height", 8}, {"width", 7}}),
             Contains("out_channels: expected as many elements as the input's 6 x 4 x 8, found 3 x 8 x 7"));
  CHECK_THAT(error_of({{"type", "upsample"}, {"factor", 1}}), Contains("factor") && Contains("found 1"));
  CHECK_THAT(error_of({{"type", "upsample"}, {"factor", 2}, {"mode", "cubic"}}),
             Contains("mode: expected one of nearest, bilinear"));
  CHECK_THAT(error_of({{"type", "upsample"}, {"factor", 2}, {"align_corners", true}}),
             Contains("align_corners: expected false where the mode is \"nearest\""));
  CHECK_THAT(error_of({{"type", "adaptive_average_pool"}, {"height", 7}}), Contains("width: expected a value"));
  CHECK_THAT(error_of({{"type", "split_heads"}, {"heads", 4}}),
             Contains("heads: expected a divisor of the input's 6 channels, found 4"));
  CHECK_THAT(error_of({{"type", "matmul"}, {"inputs", {"input", "input"}}}),
             Contains("inputs: expected a second input of height 4 and width 6, found 6 x 4 x 8 and 6 x 4 x 8"));
  CHECK_THAT(error_of({{"type", "embedding"}, {"vocabulary", 9}, {"out_channels", 5}}),
             Contains("inputs: expected an input of 1 channel") && Contains("found 6 x 4 x 8"));
  CHECK_THAT(error_of({{"type", "embedding"}, {"vocabulary", 0}, {"out_channels", 5}}, {1, 4, 1}),
             Contains("vocabulary") && Contains("found 0"));
  CHECK_THAT(error_of({{"type", "class_token"}}),
             Contains("inputs: expected a sequence, whose width is 1 (see tokens), found 6 x 4 x 8"));
  CHECK_THAT(error_of({{"type", "select_token"}, {"index", 4}}, {6, 4, 1}),
             Contains("index: expected an integer in [0, 3], found 4"));
  CHECK_THAT(error_of({{"type", "position_encoding"}, {"kind", "rotary"}}),
             Contains("kind: expected one of sinusoidal, learned"));
  CHECK_THAT(error_of({{"type", "token_linear"}, {"out_features", 5}}), Contains("quantized: expected a value"));
  CHECK_THAT(error_of({{"type", "max_pool"}, {"kernel", 2}, {"padding", 2}}),
             Contains("padding: expected an integer in [0, 1], found 2"));
}

TEST_CASE("op keys: they are a part of the network's digest, and a default is the same as its value") {
  const auto digest = [](const Json& keys) {
    Json one = keys;
    one["name"] = "one";
    return network_digest(network_of(Json::array({one})));
  };
  CHECK(digest({{"type", "gelu"}}) == digest({{"type", "gelu"}, {"form", "erf"}}));
  CHECK(digest({{"type", "gelu"}}) != digest({{"type", "gelu"}, {"form", "tanh"}}));
  CHECK(digest({{"type", "dropout"}, {"probability", 0.1}}) != digest({{"type", "dropout"}, {"probability", 0.2}}));
}
