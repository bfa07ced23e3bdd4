// What a study's runs have come to so far.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/study_spec.h"
#include "sweep/summary.h"

namespace ampa::study {

// A run, after some of its epochs or all.
struct RunResult {
  std::string trial;        // its id
  std::size_t setting = 0;  // of the lattice
  std::uint64_t seed = 0;
  std::int64_t epochs = 0;  // finished
  bool completed = false;   // all of them
  bool is_own = true;       // on the study's own task; else on a fidelity
  std::string ruled_out;    // why it was not gone on with: it diverged, or cannot meet a bound; empty: it was
  std::vector<std::optional<double>> objectives,
      constraints;  // as the study's file lists them; none of a metric's loss
  // Of each objective what is compared at a rung (study/prospect.h); empty: the objectives.
  std::vector<std::optional<double>> prospects;
  std::optional<double> metric, test_metric;  // metric: on the samples held out, else as test_metric

  std::string id() const;  // "TRIAL@EPOCHS"
};

RunResult result_of(const StudySpec& spec, const Measured& run, std::size_t setting);

// A setting at one number of epochs, over the study's seeds.
struct SettingFigures {
  std::vector<std::vector<double>> by_seed;  // of each objective, a value for each of the study's seeds
  std::vector<double> mean;                  // of each objective
  std::vector<double> prospect;              // its mean as it is compared at a rung
  std::vector<double> variance;              // of that mean; from the seeds of all settings where there are two or more
  bool meets = true;                         // every constraint
};

class History {
 public:
  explicit History(const StudySpec& spec) : spec_(&spec) {}

  void set_metric(const Metric& metric) { metric_ = metric; }
  const Metric& metric() const { return metric_; }
  void add(const RunResult& result);

  const std::vector<RunResult>& results() const { return results_; }  // in the order in which they were added
  const RunResult* find(std::size_t setting, std::uint64_t seed, std::int64_t epochs) const;

  // Of a setting all of whose seeds have come to `epochs`, in the objectives' own direction; none if one was ruled out
  // or is not there. `reference` is what a loss of the metric is against; none: such a loss is not bounded.
  std::optional<SettingFigures> figures(std::size_t setting, std::int64_t epochs,
                                        std::optional<std::size_t> reference) const;
  bool is_ruled_out(std::size_t setting) const;

  // Of one run, what setting and seed do taken out, over all settings with two seeds or more at `epochs`.
  double seed_variance(std::size_t objective, std::int64_t epochs) const;

 private:
  bool meets(std::size_t setting, std::int64_t epochs, std::optional<std::size_t> reference) const;

  const StudySpec* spec_;
  Metric metric_ = {"accuracy", "percent", true};
  std::vector<RunResult> results_;
  std::map<std::size_t, std::vector<std::size_t>> of_setting_;  // places in results_
  struct Pooled {
    double squares = 0;
    std::int64_t degrees = 0;
  };
  std::map<std::pair<std::size_t, std::int64_t>, Pooled> pooled_;
};

}  // namespace ampa::study
