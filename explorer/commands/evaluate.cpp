// `ampa evaluate`: accuracy and loss of a run's checkpoint.
#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "common/error.h"
#include "data/digest.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "record/context.h"
#include "record/run_record.h"
#include "train/checkpoint.h"
#include "train/evaluator.h"
#include "train/tensor_digest.h"
#include "train/train_config.h"
#include "networks/load_network.h"
#include "ops/build_program.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string run, network, data_dir;
  MachineFlags machine;
  bool json;
};

void refuse(const std::filesystem::path& path, const char* what, const std::string& advice) {
  throw InputError(
      fmt::format("{}: identity: expected {} of the run, found other ones: {}", path.string(), what, advice));
}

// Throws unless the network is the run's, and the images too where no others were given. Whether the test images are
// the run's.
bool check_identity(const record::RunRecord& record, const ir::Network& network, const data::Dataset& dataset,
                    const std::filesystem::path& path, bool data_given) {
  if (!record.identity) return true;
  if (networks::network_digest(network) != record.identity->network_sha256)
    refuse(path, "the network's layers", "--network names a file that holds them");
  if (data::digest(dataset.train) != record.identity->train_data_sha256)
    refuse(path, "the training images", "the inputs are normalised by them; --data-dir names a folder that holds them");
  const bool same = data::digest(dataset.test) == record.identity->test_data_sha256;
  if (!same && !data_given) refuse(path, "the test images", "--data-dir evaluates others");
  return same;
}

void run(const Flags& flags) {
  const std::filesystem::path path = std::filesystem::path(flags.run) / "checkpoint.bin";
  const train::CheckpointState state = train::read_checkpoint_state(path);
  const record::RunRecord record = record::from_json(state.record, path.string());
  if (record.epochs.empty()) throw InputError(path.string() + ": epochs: expected at least one, found none");
  train::TrainConfig config = train::config_from_json(record.config, path.string(), "config");
  if (!flags.network.empty()) config.network = flags.network;
  if (!flags.data_dir.empty()) config.data_dir = flags.data_dir;
  const data::Dataset dataset = data::load_dataset(config.dataset, config.data_dir, config.max_train, config.max_test);
  const ir::Network network =
      networks::load_network(config.network, dataset.train.shape, dataset.train.num_classes);
  const bool same_data = check_identity(record, network, dataset, path, !flags.data_dir.empty());

  const ir::Arithmetic arithmetic =
      config.scheme.kind == train::SchemeKind::kFp32 ? ir::Arithmetic::kFp32 : ir::Arithmetic::kInteger;
  ir::Program graph = ops::build_program(network, arithmetic, config.seed);
  train::load_checkpoint_tensors(path, graph);
  const std::string digest = train::tensor_digest(graph);
  const record::EpochResult& last = record.epochs.back();
  if (last.bits.size() != graph.quantized_layers().size())
    throw InputError(fmt::format("{}: epochs: expected widths of {} layers, found {}", path.string(),
                                 graph.quantized_layers().size(), last.bits.size()));
  ThreadPool threads(flags.machine.apply());
  train::Evaluator evaluator(network, arithmetic, threads, nullptr);
  const train::Evaluation found = evaluator.evaluate(graph, last.bits, dataset, dataset.test);

  const bool comparable =
      same_data && record.identity && record.identity->numerics_version == numerics::kNumericsVersion;
  const bool as_recorded = found.loss() == last.test_loss && found.accuracy_percent() == last.test_accuracy_percent;
  if (flags.json) {
    Json json = {{"schema_version", 1}, {"context", record::make_context(threads.num_threads())}};
    json["config"] = {{"run", flags.run}, {"network", config.network}, {"data_dir", config.data_dir}};
    json["results"] = {{"epoch", last.epoch},
                       {"num_images", found.num_images},
                       {"num_correct", found.num_correct},
                       {"test_accuracy_percent", found.accuracy_percent()},
                       {"test_loss", found.loss()},
                       {"tensor_digest", digest},
                       {"images_of_run", same_data},
                       {"as_recorded", comparable ? Json(as_recorded) : Json(nullptr)}};
    print_json(json);
  } else {
    print(fmt::format("{}: epoch {} of {}, {} test images\n", flags.run, last.epoch + 1, config.epochs,
                      found.num_images));
    print(fmt::format("test accuracy {:.2f} %, test loss {:.4f}{}\n", found.accuracy_percent(), found.loss(),
                      comparable && as_recorded ? ", as recorded" : ""));
    print(fmt::format("tensor digest {}\n", digest));
  }
  flush_output();
  if (comparable && !as_recorded)
    throw MismatchError(fmt::format("{}: recorded were {} % and a loss of {}, found {} % and {}", path.string(),
                                    last.test_accuracy_percent, last.test_loss, found.accuracy_percent(),
                                    found.loss()));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  add_command(app, "evaluate", [](const Call& call) {
    run({call.text("run"), call.text("network"), call.text("data_dir"), machine_flags(call), call.is_on("json")});
  });
}

}  // namespace ampa::commands
