#include "commands/export_gradients.h"

#include <fmt/format.h>

#include <cmath>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/npy.h"
#include "data/shuffle.h"
#include "gemm/cpu_backend.h"
#include "objectives/objective.h"
#include "train/batch.h"
#include "train/run_settings.h"
#include "train/train_settings.h"
#include "weights/safetensors.h"

namespace ampa::commands {
namespace {

struct Step {
  std::int64_t epoch = 0, index = 0;  // index counts from 0 over the whole run
  double loss = 0;
};

train::Batch first_batch(const KeptRun& run, std::int64_t epoch) {
  const train::TrainConfig& config = run.config;
  const std::uint64_t seed = train::seeds_of(config).data;
  const std::vector<std::int64_t> order = data::epoch_order(run.source->count(data::Part::kTrain), seed, epoch);
  train::Batch batch;
  train::read_batch(*run.source, data::Part::kTrain, order.data(), config.batch_size,
                    {config.augment == train::Augmentation::kFlipCrop, seed, epoch}, batch);
  return batch;
}

void write_npy(const std::filesystem::path& path, const ir::Tensor& tensor) {
  write_file_atomically(path,
                        encode_npy(NpyType::kFloat32, {tensor.images, tensor.height, tensor.width, tensor.channels},
                                   tensor.values.data()));
}

std::map<std::string, std::string> metadata_of(const KeptRun& run, const Step& step) {
  std::map<std::string, std::string> metadata = {
      {"ampa_format", "1"},
      {"what", "gradients of the mean loss of a batch, before clipping and weight decay"},
      {"loss", fmt::format("{}", step.loss)},
      {"epoch", std::to_string(step.epoch)},
      {"step", std::to_string(step.index)},
      {"batch_size", std::to_string(run.config.batch_size)},
      {"network", run.config.network},
      {"dataset", run.config.dataset},
      {"scheme", train::to_string(run.config.scheme)},
      {"objective", run.config.objective}};
  for (const objectives::ObjectiveInfo& objective : objectives::objectives()) {
    if (objective.name != run.config.objective) continue;
    const Json own = train::own_values(objective.own, run.config);
    for (const auto& [key, value] : own.items()) metadata[key] = value.dump();
  }
  return metadata;
}

}  // namespace

void write_gradients(const KeptRun& run, const std::vector<allocate::LayerBits>& bits,
                     const std::filesystem::path& dir) {
  if (!run.has_training_images())
    refuse_other_samples(run, "training", "--gradients takes a batch of them; --data-dir names their folder");
  ir::Program graph = run.program();
  run.load_tensors(graph);
  for (std::size_t i = 0; i < bits.size(); ++i) graph.quantized_layers()[i]->set_bits(bits[i]);
  const auto objective = objectives::make_objective(run.config.objective, run.config.options);

  Step step;
  step.epoch = static_cast<std::int64_t>(run.record.epochs.size());
  step.index = step.epoch * run.record.steps_per_epoch;
  ThreadPool threads(1);
  gemm::CpuBackend backend(threads);
  ir::StepContext context;
  context.threads = &threads;
  context.backend = &backend;
  context.seed = train::seeds_of(run.config).rounding;
  context.step = step.index;

  const train::Batch batch = first_batch(run, step.epoch);
  const ir::Tensor& output = graph.forward(batch.input, context);
  ir::Tensor output_grad;
  step.loss = objective->score(output, batch.target_list(), &output_grad, threads).loss();
  if (!std::isfinite(step.loss)) throw NonFiniteError("--gradients: the training loss is not finite");
  const ir::Tensor kept_output = output;  // backward() may use its memory
  graph.backward(output_grad, context);

  weights::TensorFile file;
  file.metadata = metadata_of(run, step);
  for (const ir::Parameter* parameter : graph.parameters())
    file.tensors.push_back(weights::make_tensor(parameter->name, parameter->shape, parameter->gradient.data(),
                                                parameter->gradient.size()));
  write_npy(dir / "inputs.npy", batch.input);
  write_npy(dir / "outputs.npy", kept_output);
  for (std::size_t i = 0; i < batch.targets.size(); ++i)
    write_npy(dir / (run.source->shape().targets[i].name + ".npy"), batch.targets[i]);
  weights::write_tensors(dir / "gradients.safetensors", file);
}

}  // namespace ampa::commands
