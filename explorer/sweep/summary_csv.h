// Trials and settings as tables for other programs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sweep/summary.h"

namespace ampa::sweep {

// A column behind those that all trials have.
struct TrialColumn {
  std::string name;                                    // without commas and quotes
  std::function<std::string(std::size_t trial)> cell;  // as CSV has it; empty: none
};

// One line a trial and point that it was costed on, or one line.
std::string trials_csv(const std::vector<TrialSummary>& trials, const std::vector<TrialColumn>& more = {});

// One line a setting and point.
std::string settings_csv(const SweepSummary& summary);

}  // namespace ampa::sweep
