// The confirm stage: what the search found best, run again with seeds that no choice has seen and judged on the test
// set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "statistics/paired_test.h"
#include "study/history.h"

namespace ampa::study {

// A setting of the confirm stage. Figures are of its unseen seeds.
struct Confirmed {
  std::size_t setting = 0;
  std::vector<double> test_metric;              // by seed, of those with a result
  std::vector<std::vector<double>> objectives;  // of each but the metric's own, by seed
  std::optional<statistics::PairedTest> loss;   // against the reference, paired by seed; of its bound, if there is one
  std::optional<double> p;                      // of the bound, by Holm over the settings that are confirmed
  std::optional<std::int64_t> seeds_needed;     // for the bound, by the spread that was seen
  bool is_ruled_out = false;
  bool meets(const StudySpec& spec) const;  // the bound on the loss with certainty 95 %, if there is one
};

class Confirmation {
 public:
  explicit Confirmation(const StudySpec& spec) : spec_(spec) {}

  // What to run next of `settings` and seeds, when the search is over: nothing when all is decided or the most seeds
  // are spent. `searched`: all settings that were run.
  struct Runs {
    std::vector<std::size_t> settings;
    std::vector<std::uint64_t> seeds;
  };
  Runs next(const History& history, const std::vector<std::size_t>& searched, std::optional<std::size_t> reference);

  // Best first, without the reference.
  std::vector<Confirmed> results(const History& history, std::optional<std::size_t> reference) const;

  // The best of the settings that meet the constraints by what the search saw, best first. Of settings whose runs came
  // to the same figures with every seed only the first that was searched is there.
  std::vector<std::size_t> best(const History& history, const std::vector<std::size_t>& searched,
                                std::optional<std::size_t> reference) const;

 private:
  std::vector<std::uint64_t> seeds(std::int64_t first, std::int64_t count) const;

  const StudySpec& spec_;
  std::vector<std::size_t> chosen_;
  std::int64_t num_seeds_ = 0;
};

}  // namespace ampa::study
