#include "commands/simulate_topology.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/output.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "cost/compute_report.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

constexpr int kCyclesWidth = 13;

void print_words(const std::vector<cost::LayerReport>& layers, const timing::HardwarePoint& point,
                 const gemm::ConvFormats& formats) {
  print(fmt::format("{}: {} x {} processing elements, {}-bit activations, {}-bit weights, forward\n\n", point.name,
                    point.rows, point.cols, formats.activations.bits, formats.weights.bits));
  print(fmt::format("{:<24} {:>24}{} {:>8} {:>9} {:>14} {:>14}\n", "layer", "M x N x K", cycle_heads(kCyclesWidth),
                    "util %", "mapped %", "ideal os", "ideal ws"));
  for (const cost::LayerReport& layer : layers) {
    const gemm::JobShape& shape = layer.shape;
    print(fmt::format("{:<24} {:>24}{} {:>8.2f} {:>9.2f} {:>14} {:>14}\n", layer.layer,
                      fmt::format("{} x {} x {}", shape.m, shape.n, shape.k), cycle_columns(layer.cycles, kCyclesWidth),
                      layer.overall_util_percent, layer.mapping_efficiency_percent, layer.ideal_os_cycles,
                      layer.ideal_ws_cycles));
  }
}

void print_json(const std::vector<cost::LayerReport>& layers, const TopologyFlags& flags, const CoreFlags& core,
                const timing::HardwarePoint& point, const gemm::ConvFormats& formats) {
  Json rows = Json::array();
  for (const cost::LayerReport& layer : layers) rows.push_back(cost::to_json(layer));
  commands::print_json({{"schema_version", 1},
                        {"context", record::make_context(1)},
                        {"config",
                         {{"topology", flags.topology},
                          {"point", point.name},
                          {"memory", core.memory},
                          {"scratchpads", core.has_memory() ? core.scratchpads : ""},
                          {"activation_bits", formats.activations.bits},
                          {"weight_bits", formats.weights.bits}}},
                        {"results", {{"rows", point.rows}, {"cols", point.cols}, {"layers", rows}}}});
}

}  // namespace

void simulate_topology(const TopologyFlags& flags, const std::string& point_name, const CoreFlags& core, bool json) {
  const timing::HardwarePoint point = timing::point_from_string(point_name);
  const cost::Topology topology = cost::parse_topology(read_file(flags.topology), flags.topology);
  const gemm::ConvFormats formats{{flags.bits.front(), false}, {flags.bits.back(), true}, {}};
  std::vector<cost::RefusedLayer> refused;
  const std::vector<cost::LayerReport> layers = cost::compute_report(
      topology, point, formats,
      core.has_memory() ? cost::on_core(core.config(point_name), core.settings()) : cost::array_alone(point), &refused);
  if (!topology.unread_columns.empty())
    notice(fmt::format("note: {}: columns that are not read: {}", flags.topology,
                       fmt::join(topology.unread_columns, ", ")));
  if (!flags.csv.empty() && refused.empty()) write_file_atomically(flags.csv, cost::compute_report_csv(layers));
  if (json && !layers.empty())
    print_json(layers, flags, core, point, formats);
  else if (!layers.empty())
    print_words(layers, point, formats);
  if (refused.empty()) return;
  flush_output();
  throw InputError(
      fmt::format("{}: expected layers that the point runs, found {} of {} refused, which are left out{}: {}",
                  flags.topology, refused.size(), refused.size() + layers.size(),
                  flags.csv.empty() ? "" : "; no CSV is written", cost::to_words(refused)));
}

}  // namespace ampa::commands
