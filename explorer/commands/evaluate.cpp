// `ampa evaluate`: accuracy and loss of a run's checkpoint.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/kept_run.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "common/error.h"
#include "data/augment.h"
#include "numerics/version.h"
#include "ops/build_program.h"
#include "record/context.h"
#include "train/evaluator.h"
#include "train/tensor_digest.h"
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

// The first test images, normalised, with their labels, and what the network computes of them in FP32 from the
// checkpoint's FP32 weights and running statistics, whatever the run's scheme.
void write_logits(const KeptRun& run, const Flags& flags, ThreadPool& threads) {
  constexpr std::int64_t kBatch = 64;
  const data::LabelledImages& test = run.dataset.test;
  const std::int64_t count = std::min(flags.max_images, test.count()), classes = run.network.num_classes;
  ir::Program graph = ops::build_program(run.network, ir::Arithmetic::kFp32, run.config.seed);
  run.load_tensors(graph);
  ir::StepContext context;
  context.threads = &threads;
  context.training = false;
  std::vector<float> inputs, logits;
  std::vector<std::int64_t> labels, indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  for (std::int64_t first = 0; first < count; first += kBatch) {
    const std::int64_t size = std::min(kBatch, count - first);
    ir::Tensor images;
    images.resize(size, test.shape.height, test.shape.width, test.shape.channels);
    std::vector<std::uint8_t> batch_labels(static_cast<std::size_t>(size));
    data::make_batch(run.dataset, test, indices.data() + first, size, false, 0, 0, threads, images.values.data(),
                     batch_labels.data());
    inputs.insert(inputs.end(), images.values.data(), images.values.data() + images.size());
    labels.insert(labels.end(), batch_labels.begin(), batch_labels.end());
    const ir::Tensor& out = graph.forward(images, context);
    logits.insert(logits.end(), out.values.data(), out.values.data() + out.size());
  }
  weights::TensorFile file;
  file.metadata = {{"arithmetic", "fp32"}, {"inputs", "(images, height, width, channels), normalised"}};
  const ir::Shape shape = test.shape;
  file.tensors.push_back(weights::make_tensor("inputs", {count, shape.height, shape.width, shape.channels},
                                              inputs.data(), count * shape.size()));
  file.tensors.push_back(weights::make_tensor("logits", {count, classes}, logits.data(), count * classes));
  file.tensors.push_back(weights::make_tensor("labels", {count}, labels.data(), count));
  weights::write_tensors(flags.logits, file);
}

Json to_json(const Flags& flags, const KeptRun& kept, const train::Evaluation& found, const std::string& digest,
             bool same_data, const Json& as_recorded, int num_threads) {
  Json json = {{"schema_version", 1}, {"context", record::make_context(num_threads)}};
  json["config"] = {{"run", flags.run}, {"network", kept.config.network}, {"data_dir", kept.config.data_dir}};
  json["results"] = {{"epoch", kept.record.epochs.empty() ? Json(nullptr) : Json(kept.record.epochs.back().epoch)},
                     {"num_images", found.num_images},
                     {"num_correct", found.num_correct},
                     {"test_accuracy_percent", found.accuracy_percent()},
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
  ir::Program graph = ops::build_program(kept.network, kept.arithmetic(), kept.config.seed);
  kept.load_tensors(graph);
  const std::string digest = train::tensor_digest(graph);
  const std::vector<allocate::LayerBits> bits = kept.bits();
  ThreadPool threads(flags.machine.apply());
  train::Evaluator evaluator(kept.network, kept.arithmetic(), threads, nullptr);
  const train::Evaluation found = evaluator.evaluate(graph, bits, kept.dataset, kept.dataset.test);
  if (!flags.logits.empty()) write_logits(kept, flags, threads);

  const record::EpochResult* const last = record.epochs.empty() ? nullptr : &record.epochs.back();
  const bool comparable =
      last && same_data && record.identity && record.identity->numerics_version == numerics::kNumericsVersion;
  const bool as_recorded =
      comparable && found.loss() == last->test_loss && found.accuracy_percent() == last->test_accuracy_percent;
  if (flags.json) {
    print_json(to_json(flags, kept, found, digest, same_data, comparable ? Json(as_recorded) : Json(nullptr),
                       threads.num_threads()));
  } else {
    print(fmt::format("{}: {}, {} test images\n", flags.run,
                      last ? fmt::format("epoch {} of {}", last->epoch + 1, kept.config.epochs) : "initial weights",
                      found.num_images));
    print(fmt::format("test accuracy {:.2f} %, test loss {:.4f}{}\n", found.accuracy_percent(), found.loss(),
                      as_recorded ? ", as recorded" : ""));
    print(fmt::format("tensor digest {}\n", digest));
  }
  flush_output();
  if (comparable && !as_recorded)
    throw MismatchError(fmt::format("{}: recorded were {} % and a loss of {}, found {} % and {}",
                                    kept.checkpoint.string(), last->test_accuracy_percent, last->test_loss,
                                    found.accuracy_percent(), found.loss()));
}

}  // namespace

void add_evaluate(CLI::App& app) {
  add_command(app, "evaluate", [](const Call& call) {
    run({call.text("run"), call.text("network"), call.text("data_dir"), call.text("logits"), call.integer("max_images"),
         machine_flags(call), call.is_on("json")});
  });
}

}  // namespace ampa::commands
