// The distinct settings of a study: combinations that come to the same run are one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/study_spec.h"
#include "sweep/summary.h"

namespace ampa::study {

struct Lattice {
  // Of the study's first seed, pending: num_candidates that a sampler chooses among, then the baselines that are none
  // of them.
  std::vector<sweep::TrialSummary> settings;
  std::size_t num_candidates = 0;
  std::vector<std::size_t> baselines;  // their places in `settings`
  // Behind them the candidates on the study's fidelities: at_fidelity[fidelity][candidate] is a place in `settings`.
  std::vector<std::vector<std::size_t>> at_fidelity;
  std::size_t num_own = 0;                                                                     // settings before these
  bool is_own(std::size_t setting) const { return at_fidelity.empty() || setting < num_own; }  // of the study's task

  std::vector<std::size_t> radices;     // how many values each dimension of the space has
  std::vector<std::size_t> setting_of;  // by combination, the last dimension fastest
  // Of each candidate, for models: numbers in [0, 1], choices as one number for each value.
  std::vector<std::vector<double>> features;

  // "24 settings, 4 distinct", or "24 settings" if they all are.
  std::string words() const;
};

// Throws InputError naming the study's file: for a combination that no run can have, for a dimension that acts in none,
// and if no setting can reach the least RR that is asked for.
Lattice make_lattice(const StudySpec& spec);

}  // namespace ampa::study
