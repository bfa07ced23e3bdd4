// Cheaper tasks on which settings are tried before the study's own: the best there go on, as long as the cheap task
// ranks settings as the study's own does.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "statistics/bootstrap.h"
#include "study/history.h"
#include "study/lattice.h"

namespace ampa::study {

// How a fidelity ranks settings, beside the study's own task.
struct FidelityAgreement {
  std::int64_t num_tried = 0;     // settings, there
  std::int64_t num_promoted = 0;  // of these, that went on
  std::int64_t num_shared = 0;    // that were run to the end on both
  double tau = 0;                 // Kendall's, of the metric (else the first objective), over those
  statistics::Interval interval;  // by drawing the settings again
  // Shown not to be a guide: at least kFewestShared are shared and the interval holds 0.
  bool says_nothing = false;
};
constexpr std::int64_t kFewestShared = 8;

class Fidelities {
 public:
  // Both outlive it.
  Fidelities(const StudySpec& spec, const Lattice& lattice);

  std::size_t count() const { return spec_.fidelities.size(); }

  // Where settings that are asked for start, or go on to from `after`: the first fidelity behind it that is on;
  // count(): the study's own task.
  std::size_t next_on(std::optional<std::size_t> after) const;

  // A candidate is to be run on a fidelity.
  void start(std::size_t candidate, std::size_t fidelity);

  // Whenever a fidelity has had its number of settings: the best three that have not gone on, by domination rank, and
  // one of the others at random. `is_last`: no setting will be added, so that any number is enough. Switches off what
  // says nothing first; settings that wait there go no further. Each must be noted again by start(), unless it goes on
  // to the study's own task.
  struct Step {
    std::size_t candidate = 0;
    std::size_t to = 0;  // as next_on
  };
  std::vector<Step> next(const History& history, bool is_last);

  FidelityAgreement agreement(std::size_t fidelity, const History& history) const;
  bool is_off(std::size_t fidelity) const { return is_off_[fidelity]; }

 private:
  std::optional<SettingFigures> figures(const History& history, std::size_t candidate, std::size_t fidelity) const;
  std::vector<std::size_t> chosen(const History& history, std::size_t fidelity);

  const StudySpec& spec_;
  const Lattice& lattice_;
  std::vector<std::vector<std::size_t>> tried_;      // candidates, by fidelity
  std::vector<std::size_t> num_since_, num_rounds_;  // settings since the last ones went on; how often some did
  std::vector<std::set<std::size_t>> went_on_;
  std::vector<bool> is_off_;
};

}  // namespace ampa::study
