#include "cost/compute_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "common/checked.h"
#include "timing/core_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::cost {
namespace {

constexpr std::int64_t kMostCsvLines = 1000000;
constexpr std::int64_t kRoundingUp = std::int64_t{1} << 20;  // more than any side of an array and depth of a sum
constexpr const char* kCycles = "cycles";

void set_utilisation(const timing::HardwarePoint& point, bool is_planned, LayerReport& layer) {
  const gemm::JobShape& shape = layer.shape;
  const auto elements = static_cast<double>(point.rows * point.cols);
  const bool overlaps = timing::pe_formats(point.pe).is_grid;  // a tile has the mean of the job's cycles
  double num_tiles = 0, mapped = 0, computing = 0;
  for (const timing::TileKind& tile : timing::tile_kinds(point, shape)) {
    const gemm::JobCycles cycles = timing::tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols);
    const double count = static_cast<double>(tile.count);
    const double share = static_cast<double>(tile.rows * tile.cols) / elements;
    num_tiles += count;
    mapped += count * share;
    computing += count * share * static_cast<double>(cycles.compute) /
                 (overlaps ? static_cast<double>(layer.cycles.total()) : static_cast<double>(cycles.total()));
  }
  if (overlaps) computing *= num_tiles;
  const auto macs = static_cast<double>(checked_mul(shape.m, shape.n, shape.k, "MACs"));
  const double peak = elements * timing::macs_per_cycle(point, shape.a, shape.b);
  layer.overall_util_percent = 100 * macs / (peak * static_cast<double>(layer.cycles.total()));
  layer.mapping_efficiency_percent = 100 * mapped / num_tiles;
  layer.compute_util_percent = 100 * computing / num_tiles;
  if (!is_planned) return;
  const auto compute = static_cast<double>(layer.cycles.compute);
  layer.mapping_efficiency_percent = 100 * macs / (peak * compute);
  layer.compute_util_percent = 100 * macs / (peak * (compute + static_cast<double>(layer.cycles.fill_drain)));
}

// Cycles that differ in sign, which checked_mul does not take.
std::int64_t times(std::int64_t cycles, std::int64_t count) {
  return cycles < 0 ? -checked_mul(-cycles, count, kCycles) : checked_mul(cycles, count, kCycles);
}

timing::IdealGap times(const timing::IdealGap& gap, std::int64_t count) {
  return {times(gap.words, count), times(gap.start, count),  times(gap.registers, count),
          times(gap.drain, count), times(gap.unused, count), times(gap.last_cycle, count)};
}

// What the addresses of a core need to stay within 63 bits.
void check_addresses(const TopologyLayer& layer, const gemm::JobGeometry& job) {
  if (layer.stride_width != layer.conv.stride)
    throw InputError(fmt::format("expected one stride for rows and columns with a memory, found {} and {}",
                                 layer.conv.stride.y, layer.stride_width));
  constexpr const char* kBits = "bits of a tensor in memory";
  for (const gemm::OperandGeometry* tensor : {&job.a, &job.b}) checked_mul(tensor->num_codes(), 64, kBits);
  checked_mul(job.shape().m, job.shape().n, 64, kBits);
}

LayerReport cost_layer(const TopologyLayer& entry, gemm::Pass pass, const timing::HardwarePoint& point,
                       const gemm::ConvFormats& formats, const JobTimer& timer, bool has_memory) {
  using timing::Dataflow;
  const gemm::JobGeometry job = gemm::conv_geometry(entry.conv, pass, formats);
  LayerReport layer;
  layer.pass = pass;
  layer.shape = job.shape();
  layer.count = entry.count;
  layer.macs();  // or it throws
  for (const std::int64_t side : {layer.shape.m, layer.shape.n, layer.shape.k})
    checked_add(side, kRoundingUp, "M, N and K");
  timing::job_cycles(point, layer.shape).total();  // or it throws
  if (has_memory) check_addresses(entry, job);
  const TimedJob timed = timer(job);
  layer.cycles = timed.cycles;
  set_utilisation(point, timed.is_planned, layer);
  layer.cycles = {};
  layer.cycles.add(timed.cycles, layer.count);
  layer.cycles.total();  // or it throws
  const auto ideal = [&](Dataflow dataflow) {
    return times(timing::ideal_cycles(dataflow, layer.shape, point.rows, point.cols), layer.count);
  };
  layer.ideal_os_cycles = ideal(Dataflow::kOutputStationary);
  layer.ideal_ws_cycles = ideal(Dataflow::kWeightStationary);
  layer.gap = times(timing::ideal_gap(point, layer.shape), layer.count);
  return layer;
}

// All that the cost of a layer depends on.
auto cost_key(const TopologyLayer& layer, gemm::Pass pass) {
  const gemm::ConvShape& c = layer.conv;
  return std::make_tuple(c.images, c.in_height, c.in_width, c.in_channels, c.out_height, c.out_width, c.out_channels,
                         c.kernel_height, c.kernel_width, c.stride.y, layer.stride_width, layer.count, pass);
}

Json to_json(const timing::IdealGap& gap) {
  return {{"words", gap.words}, {"start", gap.start},   {"registers", gap.registers},
          {"drain", gap.drain}, {"unused", gap.unused}, {"last_cycle", gap.last_cycle}};
}

}  // namespace

JobTimer array_alone(const timing::HardwarePoint& point) {
  return [point](const gemm::JobGeometry& job) { return TimedJob{timing::job_cycles(point, job.shape())}; };
}

JobTimer on_core(const timing::CoreConfig& config, const timing::MemorySettings& memory) {
  return [config, memory](const gemm::JobGeometry& job) {
    return TimedJob{timing::core_cycles(timing::plan_job(config, job, memory), memory).cycles, true};
  };
}

ComputeReport compute_report(const Topology& topology, const timing::HardwarePoint& point,
                             const gemm::ConvFormats& formats, const JobTimer& timer,
                             const ComputeReportOptions& options) {
  for (const gemm::Pass pass : options.passes) {
    const gemm::JobShape shape = gemm::conv_geometry({}, pass, formats).shape();
    timing::check_formats(point, shape.a, shape.b);
  }
  ComputeReport report;
  std::map<decltype(cost_key({}, {})), LayerReport> known;
  for (std::size_t i = 0; i < topology.layers.size(); ++i) {
    const TopologyLayer& entry = topology.layers[i];
    for (const gemm::Pass pass : options.passes) {
      auto found = known.find(cost_key(entry, pass));
      try {
        if (found == known.end())
          found =
              known.emplace(cost_key(entry, pass), cost_layer(entry, pass, point, formats, timer, options.has_memory))
                  .first;
      } catch (const InputError& error) {
        report.refused.push_back({entry.name, entry.line, pass, error.what()});
        continue;
      }
      LayerReport& layer = report.layers.emplace_back(found->second);
      layer.index = i;
      layer.layer = entry.name;
      layer.depthwise = entry.depthwise;
      report.macs = checked_add(report.macs, layer.macs(), "MACs of all layers");
      report.cycles += layer.cycles;
    }
  }
  report.cycles.total();
  return report;
}

std::int64_t LayerReport::macs() const {
  return checked_mul(checked_mul(shape.m, shape.n, shape.k, "MACs"), count, "MACs");
}

std::string compute_report_csv(const ComputeReport& report) {
  const auto lines_of = [](const LayerReport& layer) { return layer.depthwise ? layer.count : 1; };
  const bool has_passes = std::any_of(report.layers.begin(), report.layers.end(),
                                      [](const LayerReport& layer) { return layer.pass != gemm::Pass::kForward; });
  std::int64_t lines = 0;
  for (const LayerReport& layer : report.layers) {
    lines = checked_add(lines, lines_of(layer), "lines");
    if (lines > kMostCsvLines)
      throw InputError(
          fmt::format("--csv: layer {}: expected at most {} lines of a report up to it, one for each channel of "
                      "a depthwise layer, found {}",
                      layer.layer, kMostCsvLines, lines));
  }
  std::string csv = "LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,";
  csv += has_passes ? " Pass,\n" : "\n";
  std::int64_t id = 0, next = 0;
  std::size_t previous = 0;
  for (const LayerReport& layer : report.layers) {
    if (layer.index != previous) id = next;
    previous = layer.index;
    next = id + lines_of(layer);
    const std::int64_t jobs = layer.depthwise ? 1 : layer.count, of_all = layer.count / jobs;
    const std::string line =
        fmt::format("{}, {}, {}, {}, {},{}\n", layer.cycles.total() / of_all, layer.cycles.stalls() / of_all,
                    layer.overall_util_percent, layer.mapping_efficiency_percent, layer.compute_util_percent,
                    has_passes ? fmt::format(" {},", gemm::to_string(layer.pass)) : "");
    for (std::int64_t i = id; i < next; ++i) csv += fmt::format("{}, {}", i, line);
  }
  return csv;
}

Json to_json(const LayerReport& layer) {
  Json json = {{"layer", layer.layer}, {"pass", gemm::to_string(layer.pass)}, {"count", layer.count}};
  json.update({{"m", layer.shape.m}, {"n", layer.shape.n}, {"k", layer.shape.k}});
  json.update(ampa::to_json(layer.cycles));
  json.update({{"overall_util_percent", layer.overall_util_percent},
               {"mapping_efficiency_percent", layer.mapping_efficiency_percent},
               {"compute_util_percent", layer.compute_util_percent},
               {"ideal_os_cycles", layer.ideal_os_cycles},
               {"ideal_ws_cycles", layer.ideal_ws_cycles},
               {"gap_cycles", to_json(layer.gap)}});
  return json;
}

}  // namespace ampa::cost
