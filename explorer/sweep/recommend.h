// From a sweep to settings that meet a user's constraints, with the evidence for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sweep/summary.h"

namespace ampa::sweep {

struct Constraints {
  std::optional<double> max_metric_loss;  // by which the metric's mean may be worse than the baseline's, in its unit
  std::optional<double> min_rr_percent;   // of the mean RR
  std::optional<double> max_cycles;       // of the mean cycles of a whole run on `point`
  std::string point;                      // empty: the sweep's first
  std::string baseline;                   // a scheme; empty: int8 if it was run, else fp32
};

// A setting with its evidence. Distances to the Pareto front are in the metric's unit (percentage points of accuracy),
// over all quantized settings of the task (distance_to_front).
struct Candidate {
  SettingSummary setting;
  std::vector<std::string> trials;              // ids of the completed ones
  std::optional<double> metric_loss;            // worse than the baseline by, in the metric's unit
  std::optional<double> metric_loss_std_error;  // sqrt(s1^2/n1 + s2^2/n2); none with one seed
  double front_distance_rr = 0;
  std::optional<double> front_distance_cycles;
  bool meets = false;
};

struct Recommendation {
  std::string task;
  std::string network, dataset;
  std::string point;
  Metric metric;
  std::optional<SettingSummary> baseline;
  std::vector<Candidate> ranked;           // settings of scheme ampa that meet every constraint, best first
  std::vector<Candidate> fixed_that_meet;  // fixed widths below 8 that meet them too, for comparison
  std::int64_t num_candidates = 0;         // settings of scheme ampa with a completed trial
  std::optional<double> seed_noise;        // pooled standard deviation of the metric over seeds
  std::string ranked_by;                   // in words
  std::vector<std::string> notes;          // why the evidence is thin
};

// The constraints that are in force: without any, the loss of the metric is bounded by 1.0.
Constraints complete(Constraints constraints);

// One recommendation for each task (network, data set and training schedule) of the sweep. With a bound on the metric's
// loss the largest RR comes first (the fewest cycles if a bound on cycles is given too), else the best metric; of
// equals the lower training loss. If a task has no setting of scheme ampa, fixed widths take their place. Throws
// InputError for a point that the sweep has not costed.
std::vector<Recommendation> recommend(const SweepSummary& summary, const Constraints& constraints);

// A recommendation in sentences, each by what it is, so that a page need not look into them.
struct RecommendationWords {
  std::string outcome;                    // how many settings meet what
  std::string best_label, best_evidence;  // of the recommended one; empty if there is none
  std::string order;                      // by what the next ones are ranked; empty if there are none
  std::vector<std::string> next;          // from the second on
  std::vector<std::string> notes;
};
RecommendationWords words_of(const Recommendation& recommendation, const Constraints& constraints);

// The same as a few lines of plain text.
std::string in_words(const Recommendation& recommendation, const Constraints& constraints);

// {"schema_version", "context", "config", "results"}; config holds the constraints.
Json to_json(const std::vector<Recommendation>& recommendations, const Constraints& constraints, const Json& context);

}  // namespace ampa::sweep
