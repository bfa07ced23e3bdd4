// Successive halving: settings start with a prefix of the run, and the best of those at a rung go on to the next one.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "study/history.h"

namespace ampa::study {

struct Promotion {
  std::size_t setting = 0;
  std::int64_t until_epoch = 0;  // the next rung, or the end
};

// Promotes as asynchronous successive halving does (Li et al. 2020): whenever a rung holds enough settings, at the best
// of them that have not gone on, from the highest rung down. Compared at equal epochs and seeds, by what RR and BitOPs
// are expected to come to (study/prospect.h); a run is never shortened, as its rates and intervals follow from all its
// epochs, but paused.
class Halving {
 public:
  // `rungs`: of study/rungs.h.
  Halving(const StudySpec& spec, std::vector<std::int64_t> rungs);

  // Epochs of the first rung, or of the whole run.
  std::int64_t first_rung() const { return rungs_.front(); }

  // A setting is asked for. Each that is promoted must be noted again, with its rung, by next().
  void start(std::size_t setting) { at_rung_[0].push_back(setting); }

  // The next setting to go on; none if no rung holds enough. `is_last`: no setting will be added; if none has come to
  // the end the best of the highest rung goes on all the same.
  std::optional<Promotion> next(const History& history, bool is_last);

 private:
  std::vector<std::size_t> ranked(const History& history, std::size_t rung) const;
  std::size_t num_to_go_on(std::size_t of) const;
  Promotion promote(std::size_t setting, std::size_t rung);

  const StudySpec& spec_;
  std::vector<std::int64_t> rungs_;                        // with the whole run as the last
  std::vector<std::vector<std::size_t>> at_rung_;          // settings that came to a rung, or are on their way
  std::set<std::pair<std::size_t, std::size_t>> went_on_;  // (rung, setting)
};

}  // namespace ampa::study
