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
  CHECK(topology.notes.empty());
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
  REQUIRE(extra.notes.size() == 3);
  CHECK(extra.notes[0] == "column 11 \"Eh\": 1 values are not used, the first in line 3");
  CHECK(extra.notes[2] == "column 13 \"e2\": 1 values are not used, the first in line 3");
  CHECK(extra.layers.at(0).conv.out_width == 110);
  const Topology depthwise = parse_topology(kConvHeader + "Conv2_DP,14,14,3,3,3,1,1,\n", "net.csv");
  REQUIRE(depthwise.layers.size() == 1);
  CHECK(depthwise.layers[0].name == "Conv2_DP");
  CHECK(depthwise.layers[0].depthwise);
  CHECK(depthwise.layers[0].count == 3);
  CHECK(forward(depthwise.layers[0]).k == 9);
}

TEST_CASE("topology: whatever the header says, values are read by position") {
  const std::string conv = "layA, 20, 18, 3, 2, 4, 8, 1,\n", gemm = "a, 5, 6, 7,\n";
  const std::string headers[] = {
      "Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n",
      "Layer name,Ifmap height,ifmap width,filter height,filter width,channels,num filters,strides,\n",
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, channel, Num Filter, Strides\n",
      "layer\u00A0name,\u00A0IFMAP Height,IFMAP\u00A0Width,a,b,c,d,e\n",
      "\n",
      "\"Layer name\",\"IFMAP Height\"\n",
      "whatever\n",
      "// Layer, IFMAP Height\n",
      "# a comment\n\n# another\nLayer;Height\n",
      "sep=,\nLayer name,H,W\n",
  };
  for (const std::string& header : headers) {
    INFO(header);
    const Topology maps = parse_topology(header + conv, "net.csv");
    REQUIRE(maps.layers.size() == 1);
    CHECK(maps.layers[0].name == "layA");
    const gemm::JobShape shape = forward(maps.layers[0]);
    CHECK((shape.m == 18 * 17 && shape.n == 8 && shape.k == 24));
    const gemm::JobShape product = forward(parse_topology(header + gemm, "net.csv").layers.at(0));
    CHECK((product.m == 5 && product.n == 6 && product.k == 7));
  }
  CHECK(parse_topology(headers[0] + conv, "n").notes ==
        std::vector<std::string>{
            "column 2, \"IFMAP Width\", is read as IFMAP Height, by its position as SCALE-Sim does"});
  const Topology swapped = parse_topology("Layer, M, K, N,\n" + gemm, "n");
  CHECK(forward(swapped.layers.at(0)).n == 6);
  CHECK(swapped.notes.size() == 2);
}

TEST_CASE("topology: both forms in all the ways in which tables are written") {
  const std::vector<std::string> conv = {"layA", "20", "18", "3", "2", "4", "8", "2"}, gemm = {"layA", "5", "6", "7"};
  const std::vector<std::string> conv_header = {"Layer name",   "IFMAP Height", "IFMAP Width", "Filter Height",
                                                "Filter Width", "Channels",     "Num Filter",  "Strides"};
  const auto joined = [](const std::vector<std::string>& cells, const std::string& separator, const char* quote) {
    std::string line;
    for (const std::string& cell : cells) line += (line.empty() ? "" : separator) + quote + cell + quote;
    return line;
  };
  std::int64_t num_files = 0;
  for (const std::string mark : {"", "\xEF\xBB\xBF"})
    for (const std::string separator : {",", ";", "\t", ", ", " ;", ",\t", "\u00A0,\u00A0"})
      for (const char* quote : {"", "\""})
        for (const std::string end : {"\n", "\r\n", "\r", ",\n", ", \r\n", "\u00A0\n"})
          for (const std::string before : {"", "# made by a tool\n", "\n\n"})
            for (const auto& cells : {conv, gemm}) {
              // A separator at the end is the file's own.
              const std::string own(1, separator.find(';') != std::string::npos   ? ';'
                                       : separator.find(',') != std::string::npos ? ','
                                                                                  : '\t');
              const std::string stop = end[0] == ',' ? own + end.substr(1) : end;
              const std::string header = joined(conv_header, separator, quote);
              const std::string line = joined(cells, separator, quote);
              const std::string text = mark + before + header + stop + line + stop + stop + line + stop;
              INFO(text);
              const Topology topology = parse_topology(text, "net.csv");
              REQUIRE(topology.layers.size() == 2);
              const gemm::JobShape shape = forward(topology.layers[1]);
              if (cells == conv)
                CHECK((shape.m == 10 * 9 && shape.n == 8 && shape.k == 24));
              else
                CHECK((shape.m == 5 && shape.n == 6 && shape.k == 7));
              CHECK(topology.layers[0].name == "layA");
              ++num_files;
            }
  CHECK(num_files == 2 * 7 * 2 * 6 * 3 * 2);
}

TEST_CASE("topology: a first line of numbers is a header with a note, a layer with --no-header or behind a comment") {
  const std::string text = "layA, 20, 20, 3, 3, 4, 8, 1,\nlayB, 18, 18, 3, 3, 8, 8, 1,\n";
  const Topology as_scale_sim = parse_topology(text, "net.csv");
  REQUIRE(as_scale_sim.layers.size() == 1);
  CHECK(as_scale_sim.layers[0].name == "layB");
  REQUIRE(as_scale_sim.notes.size() == 1);
  CHECK_THAT(as_scale_sim.notes[0], Catch::Contains("line 1 is taken as the header") &&
                                        Catch::Contains("\"layA\" is not costed") && Catch::Contains("--no-header"));
  const Topology whole = parse_topology(text, "net.csv", {false, 1});
  REQUIRE(whole.layers.size() == 2);
  CHECK(whole.layers[0].name == "layA");
  CHECK(whole.notes.empty());
  CHECK(parse_topology("# layers\n" + text, "net.csv").layers.size() == 2);
  CHECK(parse_topology("\n" + text, "net.csv").layers.size() == 2);
}

TEST_CASE("topology: strides of rows and columns, sparsity and batches behind the values of version 2") {
  const Topology strides = parse_topology(kConvHeader + "a,9,9,1,1,3,4,2,4,\n", "net.csv");
  CHECK(strides.layers.at(0).conv.out_height == 5);
  CHECK(strides.layers.at(0).conv.out_width == 3);
  CHECK(strides.layers.at(0).stride_width == 4);
  const Topology sparse =
      parse_topology(kConvHeader + "a,9,9,1,1,3,4,2,1:1,\nb,9,9,1,1,3,4,2,2:4,\nc,9,9,1,1,3,4,2,2,1:4\n", "net.csv");
  CHECK(sparse.layers.at(1).conv.out_width == 5);
  CHECK(sparse.notes ==
        std::vector<std::string>{
            "sparsity of weights is not modelled: 2 layers are costed as dense ones, the first in line 3"});
  const Topology batches =
      parse_topology("L,M,N,K,batch\nqk,128,128,64,12,\nfc,128,10,20,,\ns,3,5,16,3:4,\nt,3,5,16,1:1,7,\nu,1,2,3,note\n",
                     "net.csv", {true, 4});
  CHECK(batches.layers.at(0).count == 48);  // each of them has its own weights
  CHECK(batches.layers.at(0).conv.images == 128);
  CHECK(batches.layers.at(1).count == 1);
  CHECK(batches.layers.at(1).conv.images == 512);
  CHECK(batches.layers.at(3).count == 28);
  CHECK(batches.notes.size() == 2);
  CHECK(forward(parse_topology(kConvHeader + "a,9,9,3,3,3,4,2,\n", "n", {true, 7}).layers[0]).m == 7 * 16);
}

TEST_CASE("topology: lines of a name alone are titles") {
  const Topology topology = parse_topology(
      kConvHeader +
          "\nNeural Collaborative Filtering (Recommendation),\nuser, 1, 1, 1, 1, 138000, 8, 1,\n\nOther,,,\n"
          "item, 1, 1, 1, 1, 138000, 32, 1, #dw\n",
      "net.csv");
  REQUIRE(topology.layers.size() == 2);
  CHECK(forward(topology.layers[1]).k == 138000);
  CHECK(topology.notes ==
        std::vector<std::string>{"2 lines have a name and no value and are no layers, the first is line 3"});
  CHECK_THAT(error_of(kConvHeader + "a,\nb\n"), Catch::Contains("expected a layer after the header line, found none"));
}

TEST_CASE("topology: layers go up to what 63 bits count") {
  const Topology ncf =
      parse_topology("L,M,N,K\na,1,1,138000\nb,2147483648,2147483647,1\nc,1,4294967296,2147483647\n", "n");
  CHECK(forward(ncf.layers.at(2)).n == 4294967296);
  CHECK_NOTHROW(parse_topology(kConvHeader + "llama,512,512,1,1,16384,131072,1,\n", "n"));
  CHECK_THAT(error_of("L,M,N,K\na,1,4294967296,2147483648\n"),
             Catch::Contains("net.csv: line 2: layer a: MACs: expected at most 9223372036854775807 (63 bits)"));
  CHECK_THAT(error_of(kConvHeader + "a, 4294967296, 4294967296, 1, 1, 1, 1, 1,\n"), Catch::Contains("layer a: MACs"));
  CHECK_THAT(error_of(kConvHeader + "a_DP, 65536, 65536, 1, 1, 2147483648, 1, 1,\n"),
             Catch::Contains("layer a_DP: MACs"));
}

TEST_CASE("topology: errors name the file, the line, the column, what was expected and what was found") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "net.csv: expected a header line, found an empty file"},
      {" ,,\n\n", "net.csv: expected a header line, found an empty file"},
      {kConvHeader, "net.csv: expected a layer after the header line, found none"},
      {"Layer, M, N, K,\na, 1, 2,\n",
       "net.csv: line 2, column 4: expected K as a whole number from 1 to 2^63 - 1, found nothing"},
      {"Layer, M, N, K,\n\na, 1, x2, 3,\n",
       "line 3, column 3: expected N as a whole number from 1 to 2^63 - 1, found \"x2\""},
      {"Layer, M, N, K,\na, 1, 2.5, 3,\n",
       "line 2, column 3: expected N as a whole number from 1 to 2^63 - 1, found \"2.5\""},
      {"Layer, M, N, K,\na, 0, 2, 3,\n",
       "line 2, column 2: expected M as a whole number from 1 to 2^63 - 1, found \"0\""},
      {"Layer, M, N, K,\n, 1, 2, 3,\n", "line 2, column 1: expected the name of a layer, found nothing"},
      {"Layer, M, N, K,\na, 1, 2, 3, 4, 5,\n", "line 2, column 6: expected one batch, found \"5\""},
      {"Layer, M, N, K,\na, 1, 2, 3, 4:2,\n",
       "line 2, column 5: expected a sparsity N:M with N from 1 to M, found \"4:2\""},
      {kConvHeader + "a, 8, 8, 9, 3, 1, 1, 1,\n",
       "line 2, column 4: expected a filter as high as the map at most, found \"9\""},
      {kConvHeader + "a, 8, 8, 3, 9, 1, 1, 1,\n", "line 2, column 5: expected a filter as wide as the map at most"},
      {kConvHeader + "a, 8, 8, 3, 3, 1, 1,\n", "line 2, column 8: expected Strides as a whole number"},
      {kConvHeader + "a, 8, 8, 3, 3, 1, 1, 99999999999999999999,\n",
       "line 2, column 8: expected Strides as a whole number from 1 to 2^63 - 1, found \"99999999999999999999\""},
      {kConvHeader + "a, 8, 8, 3, 3, 1, 1, 1, x,\n",
       "line 2, column 9: expected a stride of the width or a sparsity N:M as a whole number"},
      {"L,IFMAP height,W,Filter height,Filter width,Channels,Num filter,Strides,Batch Size\na,8,8,2,2,3,4,2,16,\n",
       "line 2, column 9: expected the stride of the width, as SCALE-Sim v2 reads it, or nothing (--batch-size"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK_THAT(error_of(text), Catch::Contains(expected));
  }
}

}  // namespace ampa::cost
