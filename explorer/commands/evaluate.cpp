// `ampa evaluate`: metric and loss of a run's checkpoint.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/kept_run.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "common/error.h"
#include "numerics/clipping.h"
#include "numerics/version.h"
#include "objectives/objective.h"
#include "ops/build_program.h"
#include "record/context.h"
#include "train/batch.h"
#include "train/evaluator.h"
#include "train/tensor_digest.h"
#include "train/two_level.h"
#include "weights/safetensors.h"

namespace ampa::commands {
namespace {

struct Flags {
  std::string run, network, data_dir, logits;
  std::int64_t max_images;
  MachineFlags machine;
  bool json;
};

// Throws unless the images are the run's, the test images only where no others were given. Whether these are the run's.
bool check_images(const KeptRun& run, bool data_given) {
  if (!run.has_training_images())
    refuse_other(run, "the training images",
                 "the inputs are normalised by them; --data-dir names a folder that holds them");
  const bool same = run.has_test_images();
  if (!same && !data_given) refuse_other(run, "the test images", "--data-dir evaluates others");
  return same;
}

// The first test samples, input normalised, with their targets, and what the network computes of them in FP32 from the
// checkpoint's FP32 weights and running statistics, whatever the run's scheme.
void write_logits(const KeptRun& run, const Flags& flags, ThreadPool& threads) {
  constexpr std::int64_t kBatch = 64;
  const data::SourceShape& shape = run.source->shape();
  const std::int64_t count = std::min(flags.max_images, run.source->count(data::Part::kTest));
  ir::Program graph = ops::build_program(run.network, ir::Arithmetic::kFp32, run.config.seed);
  run.load_tensors(graph);
  ir::StepContext context;
  context.threads = &threads;
  context.training = false;
  std::vector<std::vector<float>> columns(2 + shape.targets.size());  // inputs, logits, targets
  const auto append = [](std::vector<float>& column, const ir::Tensor& tensor) {
    column.insert(column.end(), tensor.values.data(), tensor.values.data() + tensor.size());
  };
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  train::Batch batch;
  for (std::int64_t first = 0; first < count; first += kBatch) {
    train::read_batch(*run.source, data::Part::kTest, indices.data() + first, std::min(kBatch, count - first), {},
                      batch);
    append(columns[0], batch.input);
    append(columns[1], graph.forward(batch.input, context));
    for (std::size_t i = 0; i < batch.targets.size(); ++i) append(columns[2 + i], batch.targets[i]);
  }
  weights::TensorFile file;
  file.metadata = {{"arithmetic", "fp32"}, {"inputs", "(samples, height, width, channels), normalised"}};
  const auto keep = [&](const std::string& name, std::vector<std::int64_t> extents, const std::vector<float>& column) {
    extents.insert(extents.begin(), count);
    file.tensors.push_back(
        weights::make_tensor(name, extents, column.data(), static_cast<std::int64_t>(column.size())));
  };
  const auto extents_of = [](const ir::Shape& of) -> std::vector<std::int64_t> {
    if (of.height == 1 && of.width == 1) return {of.channels};
    return {of.height, of.width, of.channels};
  };
  const ir::Shape& input = shape.input.shape;
  keep("inputs", {input.height, input.width, input.channels}, columns[0]);
  keep("logits", extents_of(run.network.layers.back().out), columns[1]);
  for (std::size_t i = 0; i < shape.targets.size(); ++i)
    keep(shape.targets[i].name, extents_of(shape.targets[i].shape), columns[2 + i]);
  weights::write_tensors(flags.logits, file);
}

Json to_json(const Flags& flags, const KeptRun& kept, const Metric& metric, const train::Evaluation& found,
             const std::string& digest, bool same_data, const Json& as_recorded, int num_threads) {
  Json json = {{"schema_version", 1}, {"context", record::make_context(num_threads)}};
  json["config"] = {{"run", flags.run}, {"network", kept.config.network}, {"data_dir", kept.config.data_dir}};
  json["results"] = {{"epoch", kept.record.epochs.empty() ? Json(nullptr) : Json(kept.record.epochs.back().epoch)},
                     {"num_images", found.sum.num_samples},
                     {"test_" + metric_key(metric), found.metric},
                     {"test_loss", found.loss()},
                     {"tensor_digest", digest},
                     {"images_of_run", same_data},
                     {"as_recorded", as_recorded}};
  return json;
}

void run(const Flags& flags) {
  const KeptRun kept = read_run(flags.run, flags.network, flags.data_dir);
  const record::RunRecord& record = kept.record;
  const bool same_data = check_images(kept, !flags.data_dir.empty());
  const auto objective = objectives::make_objective(kept.config.objective, kept.config.options);
  objective->check(kept.source->shape(), kept.network.layers.back().out);
  const Metric& metric = objective->metric();
  ir::Program graph = ops::build_program(kept.network, kept.arithmetic(), kept.config.seed, ops::Streaming::kOn,
                                         {train::two_level_of(kept.config)});
  const std::string digest = train::tensor_digest(graph, *kept.load_tensors(graph));
  ThreadPool threads(flags.machine.apply());
  train::Evaluator evaluator(kept.network, kept.arithmetic(), *objective, threads, nullptr,
                             numerics::clipping_rule(kept.config.clipping, kept.checkpoint.string()),
                             {train::two_level_of(kept.config)});
  const train::Evaluation found = evaluator.evaluate(graph, kept.bits(), *kept.source, data::Part::kTest);
  if (!flags.logits.empty()) write_logits(kept, flags, threads);

  const record::EpochResult* const last = record.epochs.empty() ? nullptr : &record.epochs.back();
  const bool comparable =
      last && same_data && record.identity && record.identity->numerics_version == numerics::kNumericsVersion;
  const bool as_recorded = comparable && found.loss() == last->test_loss && found.metric == last->test_metric;
  if (flags.json) {
    print_json(to_json(flags, kept, metric, found, digest, same_data, comparable ? Json(as_recorded) : Json(nullptr),
                       threads.num_threads()));
  } else {
    print(fmt::format("{}: {}, {} test images\n", flags.run,
                      last ? fmt::format("epoch {} of {}", last->epoch + 1, kept.config.epochs) : "initial weights",
                      found.sum.num_samples));
    print(fmt::format("test {} {}, test loss {:.4f}{}\n", metric.name, metric_words(metric, found.metric), found.loss(),
                      as_recorded ? ", as recorded" : ""));
    print(fmt::format("tensor digest {}\n", digest));
  }
  flush_output();
  if (comparable && !as_recorded)
    throw MismatchError(fmt::format("{}: recorded were {} {} and a loss of {}, found {} and {}",
                                    kept.checkpoint.string(), metric_title(metric), last->test_metric, last->test_loss,
                                    found.metric, found.loss()));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  add_command(app, "evaluate", [](const Call& call) {
    run({call.text("run"), call.text("network"), call.text("data_dir"), call.text("logits"), call.integer("max_images"),
         machine_flags(call), call.is_on("json")});
  });
}

}  // namespace ampa::commands
