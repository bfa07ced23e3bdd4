#include "cost/compute_report.h"

#include <fmt/format.h>

#include "common/error.h"
#include "platform/core_cycles.h"
#include "timing/tile_cycles.h"

namespace ampa::cost {
namespace {

void set_utilisation(const timing::HardwarePoint& point, bool is_planned, LayerReport& layer) {
  const gemm::JobShape& shape = layer.shape;
  const auto elements = static_cast<double>(point.rows * point.cols);
  double num_tiles = 0, mapped = 0, computing = 0;
  for (const timing::TileKind& tile : timing::tile_kinds(point, shape)) {
    const gemm::JobCycles cycles = timing::tile_cycles(point, shape.a, shape.b, tile.steps, tile.rows, tile.cols);
    const double count = static_cast<double>(tile.count);
    const double share = static_cast<double>(tile.rows * tile.cols) / elements;
    num_tiles += count;
    mapped += count * share;
    computing += count * share * static_cast<double>(cycles.compute) / static_cast<double>(cycles.total());
  }
  const auto macs = static_cast<double>(shape.macs());
  const double peak = elements * timing::macs_per_cycle(point, shape.a, shape.b);
  layer.overall_util_percent = 100 * macs / (peak * static_cast<double>(layer.cycles.total()));
  layer.mapping_efficiency_percent = 100 * mapped / num_tiles;
  layer.compute_util_percent = 100 * computing / num_tiles;
  if (!is_planned) return;
  const auto compute = static_cast<double>(layer.cycles.compute);
  layer.mapping_efficiency_percent = 100 * macs / (peak * compute);
  layer.compute_util_percent = 100 * macs / (peak * (compute + static_cast<double>(layer.cycles.fill_drain)));
}

Json to_json(const timing::IdealGap& gap) {
  return {{"words", gap.words}, {"start", gap.start},   {"registers", gap.registers},
          {"drain", gap.drain}, {"unused", gap.unused}, {"last_cycle", gap.last_cycle}};
}

}  // namespace

JobTimer array_alone(const timing::HardwarePoint& point) {
  return [point](const gemm::JobGeometry& job) { return TimedJob{timing::job_cycles(point, job.shape())}; };
}

JobTimer on_core(const platform::CoreConfig& config, const platform::MemorySettings& memory) {
  return [config, memory](const gemm::JobGeometry& job) {
    return TimedJob{platform::core_cycles(platform::plan_job(config, job, memory), memory).cycles, true};
  };
}

std::vector<LayerReport> compute_report(const Topology& topology, const timing::HardwarePoint& point,
                                        const gemm::ConvFormats& formats, const JobTimer& timer,
                                        std::vector<RefusedLayer>* refused) {
  using timing::Dataflow;
  timing::check_formats(point, formats.activations, formats.weights);
  std::vector<LayerReport> layers;
  std::vector<RefusedLayer> found;
  for (const TopologyLayer& entry : topology.layers) try {
      const gemm::JobGeometry job = gemm::conv_geometry(entry.conv, gemm::Pass::kForward, formats);
      LayerReport layer;
      layer.layer = entry.name;
      layer.shape = job.shape();
      const TimedJob timed = timer(job);
      layer.cycles = timed.cycles;
      set_utilisation(point, timed.is_planned, layer);
      layer.ideal_os_cycles = timing::ideal_cycles(Dataflow::kOutputStationary, layer.shape, point.rows, point.cols);
      layer.ideal_ws_cycles = timing::ideal_cycles(Dataflow::kWeightStationary, layer.shape, point.rows, point.cols);
      layer.gap = timing::ideal_gap(point, layer.shape);
      layers.push_back(layer);
    } catch (const InputError& error) {
      found.push_back({entry.name, error.what()});
    }
  if (refused == nullptr && !found.empty()) throw InputError(to_words(found));
  if (refused != nullptr) *refused = found;
  return layers;
}

std::string compute_report_csv(const std::vector<LayerReport>& layers) {
  std::string csv = "LayerID, Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,\n";
  for (std::size_t i = 0; i < layers.size(); ++i)
    csv += fmt::format("{}, {}, {}, {}, {}, {},\n", i, layers[i].cycles.total(), layers[i].cycles.stalls(),
                       layers[i].overall_util_percent, layers[i].mapping_efficiency_percent,
                       layers[i].compute_util_percent);
  return csv;
}

Json to_json(const LayerReport& layer) {
  Json json = {{"layer", layer.layer}, {"m", layer.shape.m}, {"n", layer.shape.n}, {"k", layer.shape.k}};
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
