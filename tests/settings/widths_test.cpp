#include "settings/widths.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../common/temporary_folder.h"
#include "common/error.h"

namespace ampa::settings {
namespace {

using Catch::Contains;

std::vector<int> of(const Widths& widths, const std::string& layer) {
  const TensorWidths bits = widths.of(layer);
  return {*bits.w, *bits.a, *bits.g};
}

}  // namespace

TEST_CASE("widths are one number, or one a kind of tensor") {
  CHECK(of(widths_from_string("6", "--bits"), "x") == std::vector{6, 6, 6});
  CHECK(of(widths_from_string("w4a8g6", "--bits"), "x") == std::vector{4, 8, 6});
  CHECK(of(widths_from_string("a5", "--bits"), "x") == std::vector{8, 5, 8});
  CHECK(of(widths_from_texts({"3", "5"}, "--bits"), "x") == std::vector{5, 3, 3});
  CHECK(of(widths_from_texts({"3", "5", "7"}, "--bits"), "x") == std::vector{5, 3, 7});
  CHECK(widths_from_string("w4g6", "--bits").name_gradients());
  CHECK_FALSE(widths_from_string("8", "--bits").name_gradients());
}

TEST_CASE("what is no width is refused") {
  for (const char* text : {"", "9", "1", "w", "w4w5", "w9", "b4", "4w", "w4a8g6x", "w4 a8", "-4"})
    CHECK_THROWS_WITH(widths_from_string(text, "--bits"),
                      Contains("--bits: expected bits in 2..8 such as 8 or w4a8g6"));
  CHECK_THROWS_WITH(widths_from_texts({"w4", "8"}, "--bits"), Contains("--bits: expected"));
}

TEST_CASE("a file gives widths by layer, and an unknown layer is refused") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "bits.json").string();
  std::ofstream(path) << R"({"*": 4, "conv1": "w2a3g5", "conv2": 6.0, "conv3": "w7"})";
  const Widths widths = widths_from_string("@" + path, "--bits");
  CHECK(of(widths, "conv1") == std::vector{2, 3, 5});
  CHECK(of(widths, "conv2") == std::vector{6, 6, 6});
  CHECK(of(widths, "conv3") == std::vector{7, 4, 4});
  CHECK(of(widths, "other") == std::vector{4, 4, 4});
  CHECK_NOTHROW(widths.check_layers({"conv1", "conv2", "conv3", "conv4"}));
  CHECK_THROWS_WITH(widths.check_layers({"conv1", "conv2", "conv4"}),
                    path +
                        ": conv3: expected one of the layers conv1, conv2, conv4, found an unknown one; did you mean "
                        "conv1?");
  std::ofstream(path) << R"({"conv1": 12})";
  CHECK_THROWS_WITH(widths_from_string("@" + path, "--bits"), Contains(path + ": conv1: expected bits in 2..8"));
}

}  // namespace ampa::settings
