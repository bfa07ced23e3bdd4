// The widths that a run trains together: what each has of its own, and what a step and an evaluation at one of them is.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "data/source.h"
#include "ir/program.h"
#include "objectives/objective.h"
#include "optim/scale_rates.h"
#include "record/run_record.h"
#include "train/evaluator.h"
#include "train/mixed_stage.h"
#include "train/train_config.h"
#include "train/width_bank.h"

namespace ampa::train {

// The width at which the weights of a run are kept, for schemes that train several; none of others.
std::optional<Bits> stored_width(const TrainConfig& config);

// Of a scheme that trains several widths. All but the configuration outlive it.
class JointTraining {
 public:
  JointTraining(const TrainConfig& config, const ir::Network& network, const ir::Program& program,
                optim::Optimizer& optimizer);

  const std::vector<Bits>& widths() const { return bank_.widths(); }
  // Whether batch norm is one of every pair of widths of successive layers (Bit-Mixer's transitional batch norm).
  bool has_transitions() const { return bank_.has_transitions(); }
  // The program is at these widths, indices of widths(), by quantized layer: its tensors and the widths of its layers.
  // All at the first are those of records and checkpoints.
  void use(const std::vector<std::size_t>& choice);
  void use(std::size_t index);
  void set_scale_rates(double rate) const;  // behind a backward pass at the widths in use

  // Before the steps of an epoch: a mixed stage begins, its traces are measured.
  void start_epoch(std::int64_t epoch, const objectives::Objective& objective, const data::Source& training,
                   ThreadPool& threads);
  // A batch at every width, the highest first, by `run`; the score is that one's. `step` counts over the whole run.
  objectives::Score train(std::int64_t step, const std::function<objectives::Score()>& run);
  // What the epoch has come to at every width, with the tensors of each. `epoch` has the first width's figures.
  std::vector<record::WidthResult> evaluate(
      const record::EpochResult& epoch, const objectives::Objective& objective,
      const std::function<Evaluation(const std::vector<allocate::LayerBits>&)>& evaluate);

  std::vector<NamedTensor> resting() { return bank_.resting(); }

 private:
  const ir::Network& network_;
  const ir::Program& program_;
  std::int64_t batch_size_;
  std::uint64_t seed_;
  MixedStage stage_;
  WidthBank bank_;
  optim::ScaleRates rates_;
  std::vector<std::size_t> layer_of_;      // of every parameter that is a scale
  std::vector<std::size_t> in_use_;        // by quantized layer
  std::vector<objectives::Score> scores_;  // of the epoch, by width
};

// The same widths for all operands of a layer.
std::vector<allocate::LayerBits> layer_bits(const std::vector<Bits>& widths, const std::vector<std::size_t>& choice);

// All tensors of a run: those of the program and the optimizer, and of widths beside the one in use.
std::vector<NamedTensor> all_tensors(const ir::Program& program, optim::Optimizer& optimizer, JointTraining* joint);

}  // namespace ampa::train
