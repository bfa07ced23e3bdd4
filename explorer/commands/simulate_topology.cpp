#include "commands/simulate_topology.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands/output.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "cost/compute_report.h"
#include "cost/scale_sim_config.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

constexpr int kCyclesWidth = 13;
constexpr std::size_t kMostReasons = 4;  // of refused layers, in the message

// What the flags and the .cfg come to.
struct Setting {
  timing::HardwarePoint point;
  CoreFlags core;
  gemm::ConvFormats formats;
  cost::ComputeReportOptions options;
};

std::vector<gemm::Pass> passes_of(const std::vector<std::string>& names) {
  std::vector<gemm::Pass> passes;
  for (const std::string& name : names) {
    const gemm::Pass pass = gemm::pass_from_string(name);
    if (std::find(passes.begin(), passes.end(), pass) != passes.end())
      throw InputError(fmt::format("--passes: expected each pass once, found {} twice", name));
    passes.push_back(pass);
  }
  return passes;
}

// The array is the .cfg's; --point may choose its processing elements, --memory and --scratchpads stand in for its own.
void apply(const cost::ScaleSimConfig& config, const TopologyFlags& flags, const GivenFlags& given, Setting& setting) {
  setting.point = cost::point_of(config, given.point.empty() ? timing::Pe::kInt8 : setting.point.pe);
  if (!given.point.empty() && given.point != setting.point.name)
    throw InputError(fmt::format("--point: expected {}, the array of {}, found {}", setting.point.name,
                                 flags.scale_sim_config, given.point));
  std::vector<std::string> unused = config.unused;
  if (config.memory) {
    if (setting.core.has_memory())
      unused.emplace_back("architecture_presets.Bandwidth (--memory is given)");
    else
      setting.core.memory = cost::memory_of(*config.memory);
    if (!given.scratchpads.empty())
      unused.emplace_back("the sizes of its scratchpads (--scratchpads is given)");
    else
      setting.core.scratchpads = cost::scratchpads_of(*config.memory);
  }
  if (!unused.empty()) notice(fmt::format("note: {}: not used: {}", flags.scale_sim_config, fmt::join(unused, ", ")));
}

Setting setting_of(const TopologyFlags& flags, const std::string& default_point, const GivenFlags& given,
                   const CoreFlags& core) {
  Setting setting;
  setting.point = timing::point_from_string(default_point);
  setting.core = core;
  if (!flags.scale_sim_config.empty())
    apply(cost::parse_scale_sim_config(read_file(flags.scale_sim_config), flags.scale_sim_config), flags, given,
          setting);
  if (!flags.bits.layers.empty())
    throw InputError(fmt::format("{}: expected widths of every layer of a topology (\"*\"), found those of layer {}",
                                 flags.bits.source, flags.bits.layers.begin()->first));
  if (flags.bits.name_gradients() && flags.passes == std::vector<std::string>{"fwd"})
    throw InputError("--bits: the width of gradients acts only with --passes dgrad or wgrad");
  const settings::TensorWidths bits = flags.bits.of({});
  setting.formats = {{*bits.a, false}, {*bits.w, true}, {*bits.g, true}};
  setting.options.passes = passes_of(flags.passes);
  setting.options.has_memory = setting.core.has_memory();
  return setting;
}

std::string row_words(const std::string& name, const std::string& shape, const CycleCounts& cycles) {
  return fmt::format("{:<24} {:>24}{}", name, shape, cycle_columns(cycles, kCyclesWidth));
}

void print_words(const cost::ComputeReport& report, const TopologyFlags& flags, const Setting& setting) {
  const auto [activations, weights, gradients] = setting.formats;
  const bool backward = flags.passes != std::vector<std::string>{"fwd"};
  print(fmt::format(
      "{}: {} x {} processing elements, {}-bit activations, {}-bit weights, {}\n\n", setting.point.name,
      setting.point.rows, setting.point.cols, activations.bits, weights.bits,
      backward ? fmt::format("{}-bit gradients, {}", gradients.bits, fmt::join(flags.passes, ", ")) : "forward"));
  print(fmt::format("{:<24} {:>24}{} {:>8} {:>9} {:>14} {:>14}\n", backward ? "layer, pass" : "layer", "M x N x K",
                    cycle_heads(kCyclesWidth), "util %", "mapped %", "ideal os", "ideal ws"));
  for (const cost::LayerReport& layer : report.layers) {
    const gemm::JobShape& shape = layer.shape;
    const std::string of = layer.count > 1 ? fmt::format("{} of ", layer.count) : "";
    print(row_words(backward ? fmt::format("{} {}", layer.layer, gemm::to_string(layer.pass)) : layer.layer,
                    fmt::format("{}{} x {} x {}", of, shape.m, shape.n, shape.k), layer.cycles));
    print(fmt::format(" {:>8.2f} {:>9.2f} {:>14} {:>14}\n", layer.overall_util_percent,
                      layer.mapping_efficiency_percent, layer.ideal_os_cycles, layer.ideal_ws_cycles));
  }
  print(row_words("total", fmt::format("{} MACs", report.macs), report.cycles) + "\n");
}

void print_json(const cost::ComputeReport& report, const TopologyFlags& flags, const Setting& setting) {
  Json rows = Json::array(), refused = Json::array();
  for (const cost::LayerReport& layer : report.layers) rows.push_back(cost::to_json(layer));
  for (const cost::RefusedPass& layer : report.refused)
    refused.push_back({{"layer", layer.layer},
                       {"line", layer.line},
                       {"pass", gemm::to_string(layer.pass)},
                       {"reason", layer.reason}});
  Json total = ampa::to_json(report.cycles);
  total["macs"] = report.macs;
  commands::print_json({{"schema_version", 1},
                        {"context", record::make_context(1)},
                        {"config",
                         {{"topology", flags.topology},
                          {"header", !flags.no_header},
                          {"scale_sim_config", flags.scale_sim_config},
                          {"point", setting.point.name},
                          {"memory", setting.core.memory},
                          {"scratchpads", setting.core.has_memory() ? setting.core.scratchpads : ""},
                          {"passes", flags.passes},
                          {"batch_size", flags.batch_size},
                          {"activation_bits", setting.formats.activations.bits},
                          {"weight_bits", setting.formats.weights.bits},
                          {"gradient_bits", setting.formats.gradients.bits}}},
                        {"results",
                         {{"rows", setting.point.rows},
                          {"cols", setting.point.cols},
                          {"layers", rows},
                          {"refused", refused},
                          {"total", total}}}});
}

// Those that fit have been printed by then.
[[noreturn]] void refuse(const cost::ComputeReport& report, const TopologyFlags& flags) {
  std::vector<std::string> reasons;
  for (const cost::RefusedPass& layer : report.refused)
    if (reasons.size() < kMostReasons)
      reasons.push_back(fmt::format(
          "layer '{}'{}: {}", layer.layer,
          layer.pass == gemm::Pass::kForward ? "" : fmt::format(", {}", gemm::to_string(layer.pass)), layer.reason));
  if (report.refused.size() > kMostReasons)
    reasons.push_back(fmt::format("and {} more", report.refused.size() - kMostReasons));
  flush_output();
  throw InputError(
      fmt::format("{}: expected layers that the point runs, found {} of {} refused, which are left out{}: {}",
                  flags.topology, report.refused.size(), report.refused.size() + report.layers.size(),
                  flags.csv.empty() ? "" : "; no CSV is written", fmt::join(reasons, "; ")));
}

}  // namespace

void simulate_topology(const TopologyFlags& flags, const std::string& default_point, const GivenFlags& given,
                       const CoreFlags& core, bool json) {
  const Setting setting = setting_of(flags, default_point, given, core);
  const cost::Topology topology =
      cost::parse_topology(read_file(flags.topology), flags.topology, {!flags.no_header, flags.batch_size});
  for (const std::string& note : topology.notes) notice(fmt::format("note: {}: {}", flags.topology, note));
  const cost::JobTimer timer = setting.core.has_memory()
                                   ? cost::on_core(setting.core.config(setting.point.name), setting.core.settings())
                                   : cost::array_alone(setting.point);
  const cost::ComputeReport report =
      cost::compute_report(topology, setting.point, setting.formats, timer, setting.options);
  if (report.layers.empty()) refuse(report, flags);
  if (!flags.csv.empty() && report.refused.empty()) write_file_atomically(flags.csv, cost::compute_report_csv(report));
  if (json)
    print_json(report, flags, setting);
  else
    print_words(report, flags, setting);
  if (!report.refused.empty()) refuse(report, flags);
}

}  // namespace ampa::commands
