// What a study is asked to do: STUDY.json, read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "study/objective.h"
#include "study/space.h"
#include "train/train_config.h"

namespace ampa::study {

constexpr std::int64_t kStudySchemaVersion = 1;

// One of at_least and at_most. Of the metric's loss: by how much the metric may be worse than the reference's, in its
// unit, over the seeds' means. Of all others: what every run must keep.
struct Constraint {
  std::optional<Objective> what;  // none: the metric's loss
  std::optional<double> at_least, at_most;
  std::string words() const;  // "rr at least 20"
};

// A study ends before a decision that would go beyond it. Exactly one is set.
struct Budget {
  std::optional<std::int64_t> trials;  // training runs, those of baselines too
  std::optional<std::int64_t> epochs;  // of all of them
  std::optional<double> seconds;       // by the clock, over all calls
};

// Every setting starts with a prefix of the run; of those that have come so far, one in keep_one_in goes on.
struct HalvingRule {
  std::vector<std::int64_t> rungs;  // epochs, ascending, below those of the run; empty: study/rungs.h
  std::int64_t keep_one_in = 3;
};

// A cheaper task on which settings are tried first (study/fidelities.h).
struct FidelityRule {
  Json base;                   // what it changes in the study's base: epochs, max_train, network, ..
  std::int64_t settings = 12;  // that are tried there before the best go on
  std::int64_t epochs = 0;     // of a run there
};

// What was found, run again with seeds that no choice has seen.
struct Confirm {
  std::int64_t settings = 3;  // besides the reference; 0: none
  std::int64_t first_seed = 1001;
  std::int64_t seeds = 5;       // at first
  std::int64_t max_seeds = 20;  // more are added, as many at a time, while they may decide
};

struct StudySpec {
  std::string source;  // the file, for messages
  std::string name;
  Json json;                           // the file's own text
  Json base;                           // keys of a train config that all trials share
  Space space;                         // of what differs
  std::vector<std::string> baselines;  // schemes, run once with each seed; the first is the reference
  std::vector<std::uint64_t> seeds;    // every setting is run once with each
  std::string sampler;                 // of samplers()
  Json sampler_values;                 // all of its own settings
  std::vector<Objective> objectives;   // one or more
  std::vector<Constraint> constraints;
  std::int64_t batch = 4;  // settings that are chosen at a time: a decision waits for all results of those before
  Budget budget;
  std::optional<HalvingRule> halving;
  std::vector<FidelityRule> fidelities;  // the cheapest first
  Confirm confirm;
  std::vector<std::string> points;  // on which every run is costed

  std::int64_t epochs() const;             // of a run
  std::optional<double> min_rr() const;    // of a constraint
  std::optional<double> max_loss() const;  // of the metric
  // The first fidelity that a run of this configuration is of; none: the study's own task.
  std::optional<std::size_t> fidelity_of(const Json& config) const;
};

// `keys` laid over `config`; either of itv and itv_epochs takes the other out.
Json overlaid(Json config, const Json& keys);

// STUDY.json: docs/study.md. Samples are held out for validation unless `base` says otherwise. Throws InputError naming
// `source`, the key, what was expected and what was found.
StudySpec parse_study(const Json& json, const std::string& source);

}  // namespace ampa::study
