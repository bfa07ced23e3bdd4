#include "cost/topology.h"

#include <catch2/catch.hpp>

#include "common/error.h"

namespace ampa::cost {
namespace {

const std::string kConvHeader =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";

std::string error_of(const std::string& text) {
  try {
    parse_topology(text, "net.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

gemm::JobShape forward(const TopologyLayer& layer) {
  return gemm::conv_geometry(layer.conv, gemm::Pass::kForward, {}).shape();
}

}  // namespace

TEST_CASE("topology: convolutions, with blank lines, carriage returns and commas at the end or not") {
  const Topology topology = parse_topology(kConvHeader +
                                               ",,,,,,,,\r\n\nConv1,  224, 224,    11, 11,    3,      96,     4,\r\n"
                                               "conv15, 10, 10, 3, 3, 64, 64, 1\n   \n",
                                           "net.csv");
  REQUIRE(topology.layers.size() == 2);
  CHECK(topology.unread_columns.empty());
  CHECK(topology.layers[0].name == "Conv1");
  const gemm::ConvShape& conv = topology.layers[0].conv;
  CHECK(conv.images == 1);
  CHECK(conv.kernel_width == 11);
  CHECK(conv.padding == 0);
  CHECK(conv.out_height == 55);  // (224 - 11) / 4 + 1 = 54.25, rounded up
  const gemm::JobShape first = forward(topology.layers[0]), second = forward(topology.layers[1]);
  CHECK((first.m == 55 * 55 && first.n == 96 && first.k == 363));
  CHECK((second.m == 64 && second.n == 64 && second.k == 576));
}

TEST_CASE("topology: GEMMs, with whatever case the header has") {
  const Topology topology = parse_topology("Layer Name, m, n, k,\nTest 1, 256, 128, 300,\nL2,1,2,3", "net.csv");
  REQUIRE(topology.layers.size() == 2);
  const gemm::JobShape shape = forward(topology.layers[0]);
  CHECK((shape.m == 256 && shape.n == 128 && shape.k == 300));
  CHECK(topology.layers[1].name == "L2");
}

TEST_CASE("topology: two strides, columns that are not read, and depthwise layers") {
  const Topology strides = parse_topology(
      "Layer name,IFMAP height,IFMAP width,Filter height,Filter width,Channels,Num filter,Stride height,Stride width,\n"
      "a,8,8,2,2,3,4,2,2,\n",
      "net.csv");
  CHECK(strides.layers.at(0).conv.out_height == 4);
  const Topology extra = parse_topology(
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,,,Eh,Ew,e2\n"
      ",,,,,,,,,,,,\nConv1,224,224,7,7,3,64,2,,,110,110,12100\n",
      "net.csv");
  CHECK(extra.unread_columns == std::vector<std::string>{"Eh", "Ew", "e2"});
  CHECK(extra.layers.at(0).conv.out_width == 110);
  const Topology depthwise = parse_topology(kConvHeader + "Conv2_DP,14,14,3,3,3,1,1,\n", "net.csv");
  REQUIRE(depthwise.layers.size() == 3);
  CHECK(depthwise.layers[2].name == "Conv2_DPChannel_2");
  CHECK(forward(depthwise.layers[2]).k == 9);
}

TEST_CASE("topology: errors name the file, the line, the column, what was expected and what was found") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "net.csv: expected a header line, found an empty file"},
      {" ,,\n\n", "net.csv: expected a header line, found an empty file"},
      {kConvHeader, "net.csv: expected a layer after the header line, found none"},
      {"a, 1, 2, 3,\n", "net.csv: line 1, column 2: expected a header line with IFMAP Height or M, found \"1\""},
      {"Layer, M, K, N,\n", "net.csv: line 1, column 3: expected the header N, found \"K\""},
      {"Layer, M, N, K,\na, 1, 2,\n",
       "net.csv: line 2, column 4: expected K as an integer in [1, 2147483648], found nothing"},
      {"Layer, M, N, K,\n\na, 1, x2, 3,\n",
       "line 3, column 3: expected N as an integer in [1, 2147483648], found \"x2\""},
      {"Layer, M, N, K,\na, 1, 2.5, 3,\n",
       "line 2, column 3: expected N as an integer in [1, 2147483648], found \"2.5\""},
      {"Layer, M, N, K,\na, 0, 2, 3,\n", "line 2, column 2: expected M as an integer in [1, 2147483648], found \"0\""},
      {"Layer, M, N, K,\n, 1, 2, 3,\n", "line 2, column 1: expected the name of a layer, found nothing"},
      {"Layer, M, N, K,\na, 2147483648, 2147483648, 1,\n", "expected a layer of at most 4398046511104 MACs"},
      {kConvHeader + "a, 8, 8, 9, 3, 1, 1, 1,\n",
       "line 2, column 4: expected Filter Height as an integer in [1, 8], found \"9\""},
      {kConvHeader + "a, 8, 8, 3, 3, 1, 1, 99999999999999999999,\n",
       "line 2, column 8: expected Strides as an integer in [1, 65536], found \"99999999999999999999\""},
      {"L,IFMAP height,IFMAP width,Filter height,Filter width,Channels,Num filter,Stride height,Stride width\n"
       "a,8,8,2,2,3,4,2,1,\n",
       "line 2, column 9: expected the stride of the height, 2, found 1"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK_THAT(error_of(text), Catch::Contains(expected));
  }
}

}  // namespace ampa::cost
