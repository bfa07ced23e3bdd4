// `ampa evaluate`: metric and loss of a run's checkpoint.
#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "common/error.h"
#include "data/source.h"
#include "networks/network_digest.h"
#include "numerics/clipping.h"
#include "numerics/version.h"
#include "objectives/objective.h"
#include "optim/optimizer.h"
#include "record/context.h"
#include "record/run_record.h"
#include "train/checkpoint.h"
#include "train/evaluator.h"
#include "train/tensor_digest.h"
#include "train/train_config.h"

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
bool check_identity(const record::RunRecord& record, const ir::Network& network, const data::Source& source,
                    const std::filesystem::path& path, bool data_given) {
  if (!record.identity) return true;
  if (networks::network_digest(network) != record.identity->network_sha256)
    refuse(path, "the network's layers", "--network names a file that holds them");
  if (source.digest(data::Part::kTrain) != record.identity->train_data_sha256)
    refuse(path, "the training images", "the inputs are normalised by them; --data-dir names a folder that holds them");
  const bool same = source.digest(data::Part::kTest) == record.identity->test_data_sha256;
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
  const auto source =
      data::load_source(config.dataset, config.data_dir, config.max_train, config.max_test, config.options);
  const ir::Network network =
      networks::load_network(config.network, source->shape().input.shape, source->shape().num_classes);
  const bool same_data = check_identity(record, network, *source, path, !flags.data_dir.empty());

  const auto objective = objectives::make_objective(config.objective, config.options);
  objective->check(source->shape(), network.layers.back().out);
  const Metric& metric = objective->metric();
  const ir::Arithmetic arithmetic = config.scheme.quantizes() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32;
  ir::Program graph(network, arithmetic, config.seed);
  const auto optimizer = optim::make_optimizer(config.optimizer, config.options, graph.parameters());
  train::load_checkpoint_tensors(path, graph, *optimizer);
  const std::string digest = train::tensor_digest(graph, *optimizer);
  const record::EpochResult& last = record.epochs.back();
  if (last.bits.size() != graph.quantized_layers().size())
    throw InputError(fmt::format("{}: epochs: expected widths of {} layers, found {}", path.string(),
                                 graph.quantized_layers().size(), last.bits.size()));
  ThreadPool threads(flags.machine.apply());
  train::Evaluator evaluator(network, arithmetic, *objective, threads, nullptr,
                             numerics::clipping_rule(config.clipping, path.string()));
  const train::Evaluation found = evaluator.evaluate(graph, last.bits, *source, data::Part::kTest);

  const bool comparable =
      same_data && record.identity && record.identity->numerics_version == numerics::kNumericsVersion;
  const bool as_recorded = found.loss() == last.test_loss && found.metric == last.test_metric;
  if (flags.json) {
    Json json = {{"schema_version", 1}, {"context", record::make_context(threads.num_threads())}};
    json["config"] = {{"run", flags.run}, {"network", config.network}, {"data_dir", config.data_dir}};
    json["results"] = {{"epoch", last.epoch},
                       {"num_images", found.sum.num_samples},
                       {"test_" + metric_key(metric), found.metric},
                       {"test_loss", found.loss()},
                       {"tensor_digest", digest},
                       {"images_of_run", same_data},
                       {"as_recorded", comparable ? Json(as_recorded) : Json(nullptr)}};
    print_json(json);
  } else {
    print(fmt::format("{}: epoch {} of {}, {} test images\n", flags.run, last.epoch + 1, config.epochs,
                      found.sum.num_samples));
    print(fmt::format("test {} {}, test loss {:.4f}{}\n", metric.name, metric_words(metric, found.metric), found.loss(),
                      comparable && as_recorded ? ", as recorded" : ""));
    print(fmt::format("tensor digest {}\n", digest));
  }
  flush_output();
  if (comparable && !as_recorded)
    throw MismatchError(fmt::format("{}: recorded were {} {} and a loss of {}, found {} and {}", path.string(),
                                    metric_title(metric), last.test_metric, last.test_loss, found.metric,
                                    found.loss()));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  add_command(app, "evaluate", [](const Call& call) {
    run({call.text("run"), call.text("network"), call.text("data_dir"), machine_flags(call), call.is_on("json")});
  });
}

}  // namespace ampa::commands
