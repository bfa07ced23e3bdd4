#include "cost/compute_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "common/error.h"

namespace ampa::cost {
namespace {

const std::string kResNet20 = "Layer, M, N, K,\nconv0, 1024, 16, 27,\nconv8, 256, 32, 288,\nconv15, 64, 64, 576,\n";

gemm::ConvFormats formats(Bits activations, Bits weights) {
  return {{activations, false}, {weights, true}, {}};
}

ComputeReport whole_report(const std::string& topology, const std::string& point_name, gemm::ConvFormats widths,
                           const ComputeReportOptions& options = {}) {
  const timing::HardwarePoint point = timing::point_from_string(point_name);
  return compute_report(parse_topology(topology, "net.csv"), point, widths, array_alone(point), options);
}

std::vector<LayerReport> report(const std::string& topology, const std::string& point_name, gemm::ConvFormats widths) {
  return whole_report(topology, point_name, widths).layers;
}

const ComputeReportOptions kAllPasses{{gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient},
                                      false};

}  // namespace

TEST_CASE("a report has the closed forms beside the cycles of the array") {
  const std::vector<LayerReport> layers = report(kResNet20, "int8-16x16", formats(8, 8));
  REQUIRE(layers.size() == 3);
  CHECK(layers[1].ideal_os_cycles == 10175);
  CHECK(layers[1].ideal_ws_cycles == 10871);
  CHECK(layers[2].cycles.compute == 4 * 4 * 576);
  for (const LayerReport& layer : layers) {
    CHECK(layer.cycles.total() == layer.ideal_os_cycles + layer.gap.total());
    CHECK(layer.mapping_efficiency_percent == 100);
    // Whole tiles only: the two utilisations are one.
    CHECK(layer.overall_util_percent == Approx(layer.compute_util_percent));
  }
}

TEST_CASE("utilisation counts what edges, narrow words and stalls leave idle") {
  const std::vector<LayerReport> edges = report("L, M, N, K,\na, 17, 8, 10,\n", "int8-16x16", formats(8, 8));
  // Two tiles of 16 x 8 and 1 x 8 elements.
  CHECK(edges[0].mapping_efficiency_percent == Approx(100 * (128 + 8) / 2.0 / 256));
  const double first = 10.0 / (10 + 1 + 24 + 16), second = 10.0 / (10 + 1 + 9 + 1);
  CHECK(edges[0].compute_util_percent == Approx(100 * (0.5 * first + 0.03125 * second) / 2));
  CHECK(edges[0].overall_util_percent == Approx(100.0 * 17 * 8 * 10 / 256 / (51 + 21)));
  // Four products a word: a quarter of the words, and no more than the whole array at work.
  const std::vector<LayerReport> narrow = report(kResNet20, "fused-16x16", formats(4, 4));
  CHECK(narrow[1].cycles.compute * 4 == report(kResNet20, "fused-16x16", formats(8, 8))[1].cycles.compute);
  CHECK(narrow[1].overall_util_percent < 100);
  CHECK(narrow[1].overall_util_percent == Approx(narrow[1].compute_util_percent));

  const timing::HardwarePoint point = timing::point_from_string("int8-16x16");
  const auto slow = [&](const gemm::JobGeometry& job) {
    CHECK(job.b.images == job.shape().n);
    TimedJob timed{timing::job_cycles(point, job.shape())};
    timed.cycles.operand_stall = 1000;
    return timed;
  };
  const LayerReport stalled = compute_report(parse_topology(kResNet20, "n"), point, formats(8, 8), slow).layers[0];
  const LayerReport alone = report(kResNet20, "int8-16x16", formats(8, 8))[0];
  CHECK(stalled.cycles.total() == alone.cycles.total() + 1000);
  CHECK(stalled.overall_util_percent < alone.overall_util_percent);
  CHECK(stalled.compute_util_percent == alone.compute_util_percent);
}

TEST_CASE("the CSV has SCALE-Sim's columns and one line per layer") {
  std::istringstream csv(compute_report_csv(whole_report(kResNet20, "int8-16x16", formats(8, 8))));
  std::string line;
  std::getline(csv, line);
  CHECK(line == "LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,");
  std::getline(csv, line);
  CHECK(line.find("0, 4864, 0, ") == 0);
  CHECK(line.back() == ',');
  std::getline(csv, line);
  CHECK(line.find("1, 10784, 0, ") == 0);
  std::getline(csv, line);
  CHECK(line.find("2, ") == 0);
  CHECK_FALSE(std::getline(csv, line));
}

TEST_CASE("backward passes have the shapes that training gives them") {
  const std::string topology = "L, H, W, R, S, C, F, stride,\nconv, 34, 34, 3, 3, 16, 32, 2,\n",
                    gemm = "L, M, N, K,\nfc, 64, 10, 100,\n";
  const ComputeReport conv = whole_report(topology, "fused-16x16", {{8, false}, {4, true}, {6, true}}, kAllPasses);
  REQUIRE(conv.layers.size() == 3);
  const auto shape = [](const LayerReport& layer) {
    return std::vector<std::int64_t>{layer.shape.m, layer.shape.n, layer.shape.k, layer.shape.a.bits,
                                     layer.shape.b.bits};
  };
  // 17 x 17 outputs, the last of which reach over the edge; the gradients' map has a gap behind each.
  CHECK(shape(conv.layers[0]) == std::vector<std::int64_t>{289, 32, 144, 8, 4});
  CHECK(shape(conv.layers[1]) == std::vector<std::int64_t>{34 * 34, 16, 9 * 32, 6, 4});
  CHECK(shape(conv.layers[2]) == std::vector<std::int64_t>{32, 144, 289, 6, 8});
  const ComputeReport fc = whole_report(gemm, "fused-16x16", {{8, false}, {4, true}, {6, true}}, kAllPasses);
  CHECK(shape(fc.layers[1]) == std::vector<std::int64_t>{64, 100, 10, 6, 4});
  CHECK(shape(fc.layers[2]) == std::vector<std::int64_t>{10, 100, 64, 6, 8});
  std::int64_t cycles = 0, macs = 0;
  for (const LayerReport& layer : conv.layers) {
    CHECK(layer.cycles.total() == timing::job_cycles(timing::point_from_string("fused-16x16"), layer.shape).total());
    CHECK(layer.cycles.total() == layer.ideal_os_cycles + layer.gap.total());
    cycles += layer.cycles.total();
    macs += layer.macs();
  }
  CHECK(conv.cycles.total() == cycles);
  CHECK(conv.macs == macs);
  const std::string csv = compute_report_csv(conv);
  CHECK_THAT(csv, Catch::Contains("Compute Util %, Pass,\n0, ") && Catch::Contains(" dgrad,\n0, "));
}

TEST_CASE("jobs of one shape are costed once and counted as often as they are there") {
  std::string topology = "L, H, W, R, S, C, F, stride,\n";
  for (int i = 0; i < 50; ++i) topology += "c_DP, 14, 14, 3, 3, 2000000000, 1, 1,\n";
  const timing::HardwarePoint point = timing::point_from_string("int8-16x16");
  std::int64_t num_timed = 0;
  const JobTimer timer = [&](const gemm::JobGeometry& job) {
    ++num_timed;
    return array_alone(point)(job);
  };
  const ComputeReport all = compute_report(parse_topology(topology, "n"), point, formats(8, 8), timer);
  CHECK(num_timed == 1);
  CHECK(all.layers.size() == 50);
  const std::int64_t one = timing::job_cycles(point, all.layers[0].shape).total();
  CHECK(all.layers[49].cycles.total() == one * 2000000000);
  CHECK(all.layers[49].cycles.total() == all.layers[49].ideal_os_cycles + all.layers[49].gap.total());
  CHECK(all.cycles.total() == one * 100000000000);
  CHECK(all.macs == 144 * 9 * 100000000000);
  CHECK_THROWS_WITH(compute_report_csv(all), Catch::Contains("--csv: layer c_DP: expected at most 1000000 lines"));

  const ComputeReport few =
      whole_report("L, H, W, R, S, C, F, stride,\nc_DP, 14, 14, 3, 3, 3, 1, 1,\nd, 14, 14, 3, 3, 3, 1, 1,\n",
                   "int8-16x16", formats(8, 8));
  const std::string csv = compute_report_csv(few);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);  // as SCALE-Sim, a line for each channel
  CHECK_THAT(csv, Catch::Contains(fmt::format("\n2, {}, 0, ", one)) && Catch::Contains("\n3, "));
  const LayerReport heads = report("L, M, N, K, batch,\nqk, 128, 128, 64, 12,\n", "int8-16x16", formats(8, 8))[0];
  CHECK(heads.count == 12);
  CHECK(heads.cycles.total() == 12 * timing::job_cycles(point, heads.shape).total());
  CHECK(heads.overall_util_percent < 100);
}

TEST_CASE("a layer beyond 63 bits or without addresses is refused by name, and the others are costed") {
  const ComputeReport cycles =
      whole_report("L, M, N, K,\nhuge, 4294967296, 2147483647, 1,\nsmall, 4, 4, 4,\nlong, 9223372036854775807, 1, 1\n",
                   "serial-1x1", formats(8, 8));
  REQUIRE(cycles.refused.size() == 2);
  CHECK(cycles.refused[0].layer == "huge");
  CHECK(cycles.refused[0].line == 2);
  CHECK_THAT(cycles.refused[0].reason, Catch::Contains("cycles: expected at most 9223372036854775807"));
  REQUIRE(cycles.layers.size() == 1);
  CHECK(cycles.layers[0].layer == "small");
  CHECK(cycles.layers[0].index == 1);
  // As many MACs as can be: one element takes as many cycles and those of its edges.
  CHECK(whole_report("L, M, N, K,\na, 1073741824, 1073741824, 1,\n", "int8-1024x1024", formats(8, 8)).refused.empty());

  const timing::HardwarePoint point = timing::point_from_string("int8-16x16");
  const Topology strides = parse_topology("L, H, W, R, S, C, F, sh, sw,\na, 9, 9, 1, 1, 1, 1, 1, 2,\n", "n");
  CHECK(compute_report(strides, point, formats(8, 8), array_alone(point)).layers.at(0).shape.m == 9 * 5);
  const JobTimer core = on_core(timing::core_from_string("int8-16x16"), {});
  const ComputeReport refused = compute_report(strides, point, formats(8, 8), core, {{gemm::Pass::kForward}, true});
  REQUIRE(refused.refused.size() == 1);
  CHECK_THAT(refused.refused[0].reason, Catch::Contains("expected one stride for rows and columns with a memory"));
  const Topology long_one = parse_topology("L, M, N, K,\na, 1, 1, 4611686018427387904,\n", "n");
  CHECK_THAT(compute_report(long_one, point, formats(8, 8), core, {{gemm::Pass::kForward}, true}).refused.at(0).reason,
             Catch::Contains("bits of a tensor in memory"));
}

TEST_CASE("widths that the point does not run are refused") {
  CHECK_NOTHROW(report(kResNet20, "serial-16x16", formats(8, 2)));
  CHECK_THROWS_AS(report(kResNet20, "fused-16x16", formats(1, 8)), InputError);
}

}  // namespace ampa::cost
