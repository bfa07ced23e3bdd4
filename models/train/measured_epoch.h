// What a measured epoch comes to: the sensitivities by which an allocator ranks the layers.
#pragma once

#include <memory>
#include <vector>

#include "allocate/measure.h"
#include "data/source.h"
#include "ir/program.h"
#include "objectives/objective.h"
#include "train/hessian_trace.h"
#include "train/train_config.h"

namespace ampa::train {

class MeasuredEpoch {
 public:
  // All of these outlive it.
  MeasuredEpoch(const TrainConfig& config, const ir::Network& network, const objectives::Objective& objective,
                const data::Source& source, ThreadPool& threads);

  const allocate::Measures& measures() const { return measures_; }
  bool takes_first_order() const { return takes_first_order_; }

  // Of the quantized layers of `trained`, from their means over the epoch's steps; Hessian traces are those of the
  // first batch of training samples, as they are, at the weights that the epoch ended with.
  std::vector<allocate::LayerSensitivity> sensitivities(const ir::Program& trained, std::int64_t epoch);
  // The means of the first-order terms; empty where they are not taken.
  std::vector<allocate::LayerSensitivity> first_order(const ir::Program& trained) const;

 private:
  const TrainConfig& config_;
  const data::Source& source_;
  allocate::Measures measures_;
  bool takes_first_order_;
  std::unique_ptr<HessianTraces> traces_;  // null if no measure needs them
};

}  // namespace ampa::train
