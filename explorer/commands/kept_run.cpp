#include "commands/kept_run.h"

#include <fmt/format.h>

#include "allocate/allocator.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "networks/network_digest.h"
#include "ops/build_program.h"
#include "train/checkpoint.h"
#include "train/recipe_settings.h"

namespace ampa::commands {

ir::Arithmetic KeptRun::arithmetic() const {
  return config.scheme.quantizes() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32;
}

ir::Program KeptRun::program() const {
  return ops::build_program(network, arithmetic(), config.seed, ops::Streaming::kOn, train::recipe_of(config));
}

KeptRun::Loaded KeptRun::load(ir::Program& graph) const {
  Loaded loaded{optim::make_optimizer(config.optimizer, config.options, graph.parameters()), nullptr};
  if (train::stored_width(config))
    loaded.joint = std::make_unique<train::JointTraining>(config, network, graph, *loaded.optimizer);
  train::load_checkpoint_tensors(checkpoint, train::all_tensors(graph, *loaded.optimizer, loaded.joint.get()));
  return loaded;
}

std::vector<allocate::LayerBits> KeptRun::bits() const {
  if (!config.scheme.quantizes()) return {};
  const std::size_t num_layers = network.quantized_layers().size();
  const std::vector<allocate::LayerBits> bits =
      record.epochs.empty() ? allocate::make_allocator(train::allocator_config(config, network.quantized_names()),
                                                       static_cast<int>(num_layers))
                                  ->bits()
                            : record.epochs.back().bits;
  if (bits.size() != num_layers)
    throw InputError(fmt::format("{}: epochs: expected widths of {} layers, found {}", checkpoint.string(), num_layers,
                                 bits.size()));
  return bits;
}

bool KeptRun::has_training_images() const {
  return !record.identity || source->digest(data::Part::kTrain) == record.identity->train_data_sha256;
}

bool KeptRun::has_test_images() const {
  return !record.identity || source->digest(data::Part::kTest) == record.identity->test_data_sha256;
}

void refuse_other(const KeptRun& run, const std::string& what, const std::string& advice) {
  throw InputError(
      fmt::format("{}: identity: expected {} of the run, found other ones: {}", run.checkpoint.string(), what, advice));
}

void refuse_other_samples(const KeptRun& run, const char* part, const std::string& advice) {
  refuse_other(run, fmt::format("the {} {}", part, run.source->shape().samples()), advice);
}

KeptRun read_run(const std::string& dir, const std::string& network, const std::string& data_dir) {
  KeptRun run;
  run.checkpoint = std::filesystem::path(dir) / "checkpoint.bin";
  const train::CheckpointState state = train::read_checkpoint_state(run.checkpoint);
  run.record = record::from_json(state.record, run.checkpoint.string());
  run.config = train::config_from_json(run.record.config, run.checkpoint.string(), "config");
  if (run.record.epochs.empty() && run.config.epochs > 0)
    throw InputError(run.checkpoint.string() + ": epochs: expected at least one, found none");
  if (!network.empty()) run.config.network = network;
  if (!data_dir.empty()) run.config.data_dir = data_dir;
  run.source = data::load_source(run.config.dataset, run.config.data_dir, run.config.max_train, run.config.max_test,
                                 run.config.options);
  const data::SourceShape& shape = run.source->shape();
  run.network = networks::load_network(run.config.network, shape.input.shape, shape.num_classes);
  if (run.record.identity && networks::network_digest(run.network) != run.record.identity->network_sha256)
    refuse_other(run, "the network's layers", "--network names a file that holds them");
  return run;
}

}  // namespace ampa::commands
