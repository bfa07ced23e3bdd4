// Parsers of the project's own JSON files. What is accepted is written and read again: what ampa writes it can read.
#include "common/json_reader.h"
#include "config/sweep_spec.h"
#include "fuzz_target.h"
#include "networks/load_network.h"
#include "ops/table.h"
#include "record/run_record.h"
#include "sweep/summary.h"
#include "train/train_config.h"

namespace ampa::fuzz {
namespace {

Json parsed(std::string_view bytes) {
  return parse_json(std::string(bytes), "input");
}

void settings(std::string_view bytes) {
  const train::TrainConfig config = train::config_from_json(parsed(bytes), "input");
  train::config_from_json(train::to_json(config), "written");
}

void network(std::string_view bytes) {
  const ir::Network network = networks::load_network(file_with("network", "net.json", bytes).string());
  for (const ir::Layer& layer : network.layers) (void)ops::macs(layer);
}

void run_record(std::string_view bytes) {
  const record::RunRecord record = record::from_json(parsed(bytes), "input");
  record::from_json(record::to_json(record), "written");
}

void sweep_file(std::string_view bytes) {
  config::parse_sweep(parsed(bytes), "input");
}

void summary(std::string_view bytes) {
  const sweep::SweepSummary summary = sweep::summary_from_json(parsed(bytes), "input");
  sweep::summary_from_json(sweep::to_json(summary), "written");
}

}  // namespace

const std::vector<Target>& json_targets() {
  static const std::vector<Target> targets = {{"settings", settings},
                                              {"network", network},
                                              {"record", run_record},
                                              {"sweep", sweep_file},
                                              {"summary", summary}};
  return targets;
}

}  // namespace ampa::fuzz
