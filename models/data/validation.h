// Training samples that are held out: settings are compared on them, so that the test set decides nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/source.h"
#include "settings/own_settings.h"

namespace ampa::data {

// validation (none: nothing is held out) and validation_seed.
const settings::OwnSettings& validation_settings();

// How many of `num_train` samples `options` asks to hold out: a number of them, or a fraction below 1, rounded down.
// Throws InputError unless at least one is held out and one is left.
std::int64_t num_held_out(const Json& options, std::int64_t num_train);

// The training part of a source in two: kTrain is what is left to train on, kTest what is held out, both in ascending
// order. Rules H1 to H3 of NUMERICS.md say which samples these are.
class ValidationSplit : public Source {
 public:
  // `base` outlives the split. 1 <= num_held_out < base.count(kTrain).
  ValidationSplit(const Source& base, std::int64_t num_held_out, std::uint64_t seed);

  const std::string& name() const override { return base_.name(); }
  const SourceShape& shape() const override { return base_.shape(); }
  std::int64_t count(Part part) const override { return static_cast<std::int64_t>(indices(part).size()); }
  // Of all that was split: what is in each part follows from it and from the settings.
  std::string digest(Part) const override { return base_.digest(Part::kTrain); }
  // Varied as the sample is without a split.
  void read(Part part, std::int64_t index, const Variation& variation, float* const* out) const override;

  // Where a part's samples stand in the training part of the base.
  const std::vector<std::int64_t>& indices(Part part) const { return part == Part::kTrain ? left_ : held_out_; }

 private:
  const Source& base_;
  std::vector<std::int64_t> left_, held_out_;
};

// What `options` ask for; null if they hold nothing out.
std::unique_ptr<ValidationSplit> split_for_validation(const Source& base, const Json& options);

}  // namespace ampa::data
