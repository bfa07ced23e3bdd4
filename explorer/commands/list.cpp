// `ampa list`: what there is to choose from.
#include <fmt/format.h>

#include <cmath>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "config/settings_page.h"
#include "cost/area.h"
#include "cost/pe_clock.h"
#include "data/source.h"
#include "networks/load_network.h"
#include "ops/table.h"
#include "timing/hardware_point.h"
#include "train/scheme.h"

namespace ampa::commands {
namespace {

// Each of these gives an array of flat objects.
Json list_networks() {
  Json list = Json::array();
  for (const std::string& name : networks::builtin_networks()) {
    const ir::Network network = networks::load_network(name);
    std::int64_t macs = 0;
    const std::vector<int> quantized = network.quantized_layers();
    for (const int layer : quantized) macs += ops::macs(network.layers[static_cast<std::size_t>(layer)]);
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
  for (const data::SourceInfo& info : data::sources())
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
  for (const train::Scheme& scheme : train::schemes())
    list.push_back({{"name", scheme.name}, {"description", scheme.description}});
  return list;
}

struct List {
  const char* name;
  Json (*make)();
};

constexpr List kLists[] = {{"list networks", list_networks},
                           {"list datasets", list_datasets},
                           {"list points", list_points},
                           {"list schemes", list_schemes}};

void list_settings(const Call& call) {
  if (call.is_on("json"))
    print_json(config::settings_json());
  else if (call.is_on("markdown"))
    print(config::settings_page());
  else
    print(config::settings_text());
}

}  // namespace

void add_list(CLI::App& app) {
  CLI::App* command = add_group(app, "list");
  for (const List& list : kLists)
    add_command(*command, list.name, [make = list.make](const Call& call) {
      call.is_on("json") ? print_json(make()) : print_table(make());
    });
  add_command(*command, "list settings", list_settings);
}

}  // namespace ampa::commands
