#include "commands/trained_widths.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/error.h"
#include "train/calibration.h"
#include "train/recipe_settings.h"

namespace ampa::commands {

TrainedWidths::TrainedWidths(const KeptRun& run)
    : run_(run),
      objective_(objectives::make_objective(run.config.objective, run.config.options)),
      graph_(run.program()) {
  if (!train::stored_width(run.config))
    throw InputError(fmt::format("{}: scheme: expected double-rounding, which trains several widths, found {}",
                                 run.checkpoint.string(), train::to_string(run.config.scheme)));
  if (!run.has_training_images()) refuse_other_samples(run, "training", "--data-dir names a folder that holds them");
  if (!run.has_test_images()) refuse_other_samples(run, "test", "--data-dir names a folder that holds them");
  objective_->check(run.source->shape(), run.network.layers.back().out);
  loaded_ = run.load(graph_);
}

train::Evaluation TrainedWidths::evaluate(const std::vector<Bits>& bits, std::int64_t num_calibration,
                                          ThreadPool& threads) {
  std::vector<std::size_t> choice;
  for (const Bits width : bits)
    choice.push_back(static_cast<std::size_t>(std::find(widths().begin(), widths().end(), width) - widths().begin()));
  loaded_.joint->use(choice);
  std::vector<Eigen::ArrayXf> kept;
  for (const ir::Buffer& buffer : graph_.buffers()) kept.push_back(*buffer.value);
  if (num_calibration > 0)
    train::calibrate_norms(graph_, *run_.source, num_calibration, run_.config.batch_size, threads);
  train::Evaluator evaluator(run_.network, run_.arithmetic(), *objective_, threads, nullptr,
                             train::recipe_of(run_.config));
  const train::Evaluation found =
      evaluator.evaluate(graph_, train::layer_bits(widths(), choice), *run_.source, data::Part::kTest);
  const std::vector<ir::Buffer> buffers = graph_.buffers();
  for (std::size_t i = 0; i < buffers.size(); ++i) *buffers[i].value = kept[i];
  loaded_.joint->use(0);
  return found;
}

weights::StoredBytes TrainedWidths::stored_bytes(const std::vector<weights::StoredWeights>& stored) const {
  weights::StoredCounts counts;
  std::set<std::string> quantized;
  for (const weights::StoredWeights& weights : stored) {
    quantized.insert(weights.layer + ".weight");
    counts.codes.push_back(static_cast<std::int64_t>(weights.codes.size()));
  }
  for (const ir::Parameter* parameter : graph_.parameters())
    if (quantized.count(parameter->name) == 0)
      (parameter->is_of_width ? counts.of_width : counts.shared) += parameter->value.size();
  for (const ir::Buffer& buffer : graph_.buffers())
    if (buffer.of != ir::BufferOf::kTraining)
      (buffer.of == ir::BufferOf::kWidth ? counts.of_width : counts.shared) += buffer.value->size();
  counts.all_widths = counts.of_width;
  for (const train::NamedTensor& tensor : loaded_.joint->resting())
    if (tensor.kind == "value" || tensor.kind == "buffer") counts.all_widths += tensor.values->size();
  return weights::stored_bytes(counts, widths());
}

}  // namespace ampa::commands
