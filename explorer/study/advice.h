// From a study to a setting for a target: with what speaks for it, how sure that is, and what more runs would tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "statistics/paired_test.h"
#include "study/study_trials.h"

namespace ampa::study {

// What is asked of a setting. Loss of the metric is against the study's reference, in the metric's unit.
struct Target {
  std::optional<double> max_metric_loss, min_rr_percent, max_cycles, max_lut_seconds;
  std::optional<double> max_energy;  // joules of a whole run
  std::string point;                 // of cycles, LUT-seconds and energy; empty: the study's first
  // table, memory and scratchpads of an energy objective; empty: as the study's own has them.
  Json energy = Json::object();
};

enum class Standing {
  kShown,      // on unseen seeds and test samples the loss is below the bound with certainty 95 %
  kConfirmed,  // there it is below the bound by its mean, or no loss is bounded
  kSearched,   // only the search has seen it: the best of many by chance too
};

struct AdvisedSetting {
  std::string label;
  Json settings;  // of the space
  std::int64_t num_seeds = 0;
  double metric = 0;                                // mean over the search's seeds, on samples held out
  std::optional<statistics::PairedTest> searched;   // loss there, paired by seed; none without a reference
  std::optional<statistics::PairedTest> confirmed;  // loss on the test samples, of unseen seeds; none if not confirmed
  std::optional<double> p;                          // of the bound on it, by Holm over all that are confirmed
  std::optional<std::int64_t> more_seeds;           // that would show it, if losses go on as they were
  std::optional<double> rr_percent, cycles, lut_seconds, energy;  // means
  Standing standing = Standing::kSearched;
};

struct Advice {
  std::vector<AdvisedSetting> settings;  // that meet the target by their means, best first
  std::int64_t num_complete = 0;         // settings that were run to the end with all seeds
  std::int64_t num_confirmed = 0;        // of these, by the study's confirm stage
  std::string reference;                 // label; empty: none
  std::string point;
};

// Best first: by standing, then by the first that the target bounds of cycles, LUT-seconds, energy, loss: the fewest,
// the fewest, the least, the largest RR; without any of these the best metric. Throws InputError for a target that the
// study cannot answer: a loss without a reference, a point that it has not costed, or energy without a table of costs.
Advice advise(const StudyTrials& study, const Target& target);

// The advice in sentences, one a line.
std::string advice_words(const StudyTrials& study, const Target& target, const Advice& advice);

Json to_json(const Target& target, const Advice& advice, const Json& context);

}  // namespace ampa::study
