// `ampa estimate`: BitOPs and the range of RR, before any training.
#include <fmt/format.h>

#include "bitops/rr_range.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/shaped_network.h"
#include "commands/train_flags.h"
#include "cost/step_cost_table.h"
#include "record/context.h"
#include "train/step_jobs.h"

namespace ampa::commands {
namespace {

Json config_json(const train::TrainConfig& config, bool has_dataset) {
  const Json all = train::to_json(config);
  Json json;
  for (const config::Flag& flag : config::settings_of("estimate").flags)
    if (flag.training) json[flag.setting.key] = all[flag.setting.key];
  if (!has_dataset) json["dataset"] = nullptr;
  return json;
}

Json results_json(const bitops::RangeEstimate& estimate) {
  return {{"num_layers", estimate.num_layers},         {"num_selected_w", estimate.num_selected_w},
          {"num_selected_a", estimate.num_selected_a}, {"num_selected_g", estimate.num_selected_g},
          {"num_updates", estimate.num_updates},       {"macs", estimate.macs},
          {"int8_bitops", estimate.int8_bitops},       {"low_percent", estimate.low_percent},
          {"high_percent", estimate.high_percent},     {"notices", estimate.notices}};
}

void print_words(const ir::Network& network, const bitops::RangeEstimate& estimate) {
  print(fmt::format("{}, input {} x {} x {}: {} quantized layers, {} MACs per image\n", network.name,
                    network.input.channels, network.input.height, network.input.width, estimate.num_layers,
                    estimate.macs));
  print(fmt::format("BOPS at INT8 (one image, one training step): {:.2f} G\n",
                    static_cast<double>(estimate.int8_bitops) / 1e9));
  print(fmt::format("Estimated BitOPs reduced ratio (RR): {:.2f} % .. {:.2f} %\n", estimate.low_percent,
                    estimate.high_percent));
  print(fmt::format("Layers that climb per update: weights {}, activations {}, gradients {}; {} updates\n",
                    estimate.num_selected_w, estimate.num_selected_a, estimate.num_selected_g, estimate.num_updates));
  for (const std::string& text : estimate.notices) print("Note: " + text + "\n");
}

void run(const Call& call) {
  const auto [config, given] = training_settings(call);
  const bool has_dataset = given.contains("dataset");
  const ir::Network network = shaped_network(config, has_dataset);
  if (call.has("write_cost_table")) {
    const allocate::Ladder& ladder = train::ampa_settings(config).ladder;
    write_json_file(call.text("write_cost_table"),
                    cost::step_cost_table(train::step_jobs(network, call.integer("step_images")),
                                          timing::point_from_string(call.text("point")), ladder));
  }
  const bitops::RangeEstimate estimate = bitops::estimate(network, train::ampa_settings(config), config.epochs);
  if (!call.is_on("json")) return print_words(network, estimate);
  print_json({{"schema_version", 1},
              {"context", record::make_context(1)},
              {"config", config_json(config, has_dataset)},
              {"results", results_json(estimate)}});
}

}  // namespace

void add_estimate(CLI::App& app) {
  add_command(app, "estimate", run);
}

}  // namespace ampa::commands
