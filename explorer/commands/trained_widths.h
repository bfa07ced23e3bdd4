// The model of a run that trained several widths, ready to be used at any of them or at a mixture.
#pragma once

#include <memory>
#include <vector>

#include "commands/kept_run.h"
#include "objectives/objective.h"
#include "train/evaluator.h"
#include "weights/stored_bytes.h"
#include "weights/width_errors.h"

namespace ampa::commands {

class TrainedWidths {
 public:
  // `run` outlives it. Throws InputError for a run of one width by its scheme, or without the data that it trained on.
  explicit TrainedWidths(const KeptRun& run);

  const std::vector<Bits>& widths() const { return loaded_.joint->widths(); }  // falling
  bool has_transitions() const { return loaded_.joint->has_transitions(); }
  const objectives::Objective& objective() const { return *objective_; }
  // At the highest width everywhere.
  const ir::Program& graph() const { return graph_; }

  // On the run's test samples with widths by layer, each one of widths(). `num_calibration` > 0: running statistics of
  // batch norm are made anew from so many training samples, for this evaluation alone.
  train::Evaluation evaluate(const std::vector<Bits>& bits, std::int64_t num_calibration, ThreadPool& threads);

  weights::StoredBytes stored_bytes(const std::vector<weights::StoredWeights>& stored) const;

 private:
  const KeptRun& run_;
  std::unique_ptr<objectives::Objective> objective_;
  ir::Program graph_;
  KeptRun::Loaded loaded_;
};

}  // namespace ampa::commands
