// The widths that a run trains together: what each has of its own, and what a step and an evaluation at one of them is.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "ir/program.h"
#include "objectives/objective.h"
#include "optim/scale_rates.h"
#include "record/run_record.h"
#include "train/evaluator.h"
#include "train/train_config.h"
#include "train/width_bank.h"

namespace ampa::train {

// The width at which the weights of a run are kept, for schemes that train several; none of others.
std::optional<Bits> stored_width(const TrainConfig& config);

// Of a scheme that trains several widths. Program and optimizer outlive it.
class JointTraining {
 public:
  JointTraining(const TrainConfig& config, const ir::Program& program, optim::Optimizer& optimizer);

  std::size_t num_widths() const { return bank_.widths().size(); }
  Bits width(std::size_t index) const { return bank_.widths()[index]; }
  // The program is at that width: its tensors and the widths of its layers. The first is that of records and
  // checkpoints.
  void use(std::size_t index);
  void set_scale_rates(double rate) const;  // behind a backward pass at the width in use

  // A batch at every width, the highest first, by `step`; the score is that one's.
  objectives::Score train(const std::function<objectives::Score()>& step);
  // What the epoch has come to at every width, with the tensors of each. `epoch` has the first width's figures.
  std::vector<record::WidthResult> evaluate(
      const record::EpochResult& epoch, const objectives::Objective& objective,
      const std::function<Evaluation(const std::vector<allocate::LayerBits>&)>& evaluate);

  std::vector<NamedTensor> resting() { return bank_.resting(); }

 private:
  const ir::Program& program_;
  WidthBank bank_;
  optim::ScaleRates rates_;
  std::size_t in_use_ = 0;
  std::vector<objectives::Score> scores_;  // of the epoch, by width
};

// All tensors of a run: those of the program and the optimizer, and of widths beside the one in use.
std::vector<NamedTensor> all_tensors(const ir::Program& program, optim::Optimizer& optimizer, JointTraining* joint);

}  // namespace ampa::train
