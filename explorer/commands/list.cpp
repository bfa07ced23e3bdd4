// `ampa list`: what there is to choose from.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "commands/commands.h"
#include "commands/output.h"
#include "common/error.h"
#include "cost/area.h"
#include "cost/pe_clock.h"
#include "data/dataset.h"
#include "networks/network.h"
#include "timing/hardware_point.h"

namespace ampa::commands {
namespace {

// Each of these gives an array of flat objects.
Json list_networks() {
  Json list = Json::array();
  for (const std::string& name : networks::builtin_networks()) {
    const networks::Network network = networks::load_network(name);
    std::int64_t macs = 0;
    const std::vector<int> quantized = network.quantized_layers();
    for (const int layer : quantized) macs += network.layers[static_cast<std::size_t>(layer)].macs();
    list.push_back(
        {{"name", name},
         {"num_quantized_layers", quantized.size()},
         {"quantized_macs", macs},
         {"default_input", fmt::format("{}x{}x{}", network.input.channels, network.input.height, network.input.width)},
         {"default_classes", network.num_classes}});
  }
  return list;
}

Json list_datasets() {
  Json list = Json::array();
  for (const data::DatasetInfo& info : data::datasets())
    list.push_back({{"name", info.name},
                    {"format", info.format},
                    {"default_dir", info.default_dir},
                    {"description", info.description}});
  return list;
}

Json list_points() {
  const cost::Device device = cost::reference_device();
  const auto percent = [](std::int64_t cells, std::int64_t of) {
    return std::round(1000 * static_cast<double>(cells) / static_cast<double>(of)) / 10;
  };
  Json list = Json::array();
  for (const timing::HardwarePoint& point : timing::design_points()) {
    const cost::PointArea area = cost::area_of(point);
    list.push_back({{"name", point.name},
                    {"pe", timing::pe_formats(point.pe).name},
                    {"dataflow", point.dataflow == timing::Dataflow::kWeightStationary ? "ws" : "os"},
                    {"form", point.form == timing::Form::kFast ? "fast" : "synthesised"},
                    {"rows", point.rows},
                    {"cols", point.cols},
                    {"verilated", point.verilated},
                    {"area", cost::to_string(area.method)},
                    {"lut_no_dsp", area.no_dsp.lut},
                    {"lut_no_dsp_percent", percent(area.no_dsp.lut, device.lut)},
                    {"ff", area.no_dsp.ff},
                    {"carry4_no_dsp", area.no_dsp.carry4},
                    {"lut_with_dsp", area.with_dsp.lut},
                    {"lut_with_dsp_percent", percent(area.with_dsp.lut, device.lut)},
                    {"carry4_with_dsp", area.with_dsp.carry4},
                    {"dsp48e1", area.with_dsp.dsp48e1},
                    {"dsp48e1_percent", percent(area.with_dsp.dsp48e1, device.dsp48e1)},
                    {"pe_pre_layout_mhz", cost::pre_layout_mhz(point.pe)}});
  }
  return list;
}

Json list_schemes() {
  Json list = Json::array();
  list.push_back({{"name", "fp32"}, {"description", "floating point, nothing quantized"}});
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
    list.push_back({{"name", fmt::format("int{}", bits)},
                    {"description", fmt::format("weights, activations and gradients in {} bits throughout", bits)}});
  list.push_back(
      {{"name", "ampa"}, {"description", "widths climb a ladder, layer by layer, by sensitivity (Algorithm 1)"}});
  return list;
}

struct List {
  const char* name;
  const char* help;
  Json (*make)();
};

constexpr List kLists[] = {
    {"networks", "Built-in networks", list_networks},
    {"datasets", "Data sets", list_datasets},
    {"points",
     "Hardware points (any other size: PE[-ws]-ROWSxCOLS); % of a xc7vx485t, clock of the processing element before "
     "layout",
     list_points},
    {"schemes", "Quantization schemes", list_schemes},
};

}  // namespace

void add_list(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "What there is to choose from: networks, datasets, points, schemes");
  command->require_subcommand(1);
  const auto json = std::make_shared<bool>(false);
  for (const List& list : kLists) {
    CLI::App* kind = command->add_subcommand(list.name, list.help);
    kind->add_flag("--json", *json, "Print JSON");
    const auto make = list.make;
    kind->callback([make, json] {
      if (*json)
        print_json(make());
      else
        print_table(make());
    });
  }
}

}  // namespace ampa::commands
