// The epochs in which the layers of a run that trains several widths have widths of their own: HASB (arXiv 2502.01199,
// Algorithm A.3) and its rivals.
#pragma once

#include <cstdint>
#include <vector>

#include "allocate/width_mixing.h"
#include "train/train_config.h"

namespace ampa::train {

// Rules C1 and C2 of NUMERICS.md.
class MixedStage {
 public:
  // Of a run whose scheme trains several widths; `mixing` may be none.
  MixedStage(const TrainConfig& config, std::vector<Bits> widths, std::size_t num_layers);

  bool mixes() const { return mixing_->tickets != nullptr; }
  bool begins(std::int64_t epoch) const { return mixes() && epoch == first_; }
  bool needs_traces(std::int64_t epoch) const { return mixes() && mixing_->needs_traces && epoch >= first_; }
  std::int64_t num_probes() const { return num_probes_; }

  // Before the steps of an epoch. `traces` are those of its start, where they are needed.
  void start_epoch(std::int64_t epoch, const std::vector<double>& traces);
  // The widths of the layers in the pass at width `pass` of a step, indices of the widths.
  std::vector<std::size_t> choice(std::int64_t step, std::size_t pass) const;

 private:
  const allocate::WidthMixing* mixing_;
  std::vector<Bits> widths_;
  std::size_t num_layers_;
  std::int64_t first_, num_epochs_, num_probes_;
  std::uint64_t seed_;
  std::int64_t epoch_ = 0;
  std::vector<std::vector<std::int64_t>> tickets_;  // by layer; empty outside the stage
};

}  // namespace ampa::train
