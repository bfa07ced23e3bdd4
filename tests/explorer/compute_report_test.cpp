#include "cost/compute_report.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "common/error.h"

namespace ampa::cost {
namespace {

const std::string kResNet20 = "Layer, M, N, K,\nconv0, 1024, 16, 27,\nconv8, 256, 32, 288,\nconv15, 64, 64, 576,\n";

gemm::ConvFormats formats(Bits activations, Bits weights) {
  return {{activations, false}, {weights, true}, {}};
}

std::vector<LayerReport> report(const std::string& topology, const std::string& point_name, gemm::ConvFormats widths) {
  const timing::HardwarePoint point = timing::point_from_string(point_name);
  return compute_report(parse_topology(topology, "net.csv"), point, widths, array_alone(point));
}

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
  const LayerReport stalled = compute_report(parse_topology(kResNet20, "n"), point, formats(8, 8), slow)[0];
  const LayerReport alone = report(kResNet20, "int8-16x16", formats(8, 8))[0];
  CHECK(stalled.cycles.total() == alone.cycles.total() + 1000);
  CHECK(stalled.overall_util_percent < alone.overall_util_percent);
  CHECK(stalled.compute_util_percent == alone.compute_util_percent);
}

TEST_CASE("the CSV has SCALE-Sim's columns and one line per layer") {
  std::istringstream csv(compute_report_csv(report(kResNet20, "int8-16x16", formats(8, 8))));
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

TEST_CASE("widths that the point does not run are refused") {
  CHECK_NOTHROW(report(kResNet20, "serial-16x16", formats(8, 2)));
  CHECK_THROWS_AS(report(kResNet20, "fused-16x16", formats(1, 8)), InputError);
}

}  // namespace ampa::cost
