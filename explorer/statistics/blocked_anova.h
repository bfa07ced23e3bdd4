// Whether settings differ by more than their seeds do.
#pragma once

#include <optional>
#include <vector>

namespace ampa::statistics {

// Analysis of variance of a table of settings by seeds, the seeds as blocks: what a seed does to all settings alike is
// not noise.
struct BlockedAnova {
  double f = 0;                 // mean square of the settings / mean square of the rest
  double p = 1;                 // of an F as large if all settings were equal
  double residual_std_dev = 0;  // of a run, what setting and seed do taken out
  bool is_noise() const { return p > 0.05; }
};

// `table[setting][seed]`: at least two rows and columns, all rows as long; none otherwise. No spread at all counts as
// noise.
std::optional<BlockedAnova> blocked_anova(const std::vector<std::vector<double>>& table);

// Of the variance between settings, the share that the levels of one factor explain alone (eta squared), 0 .. 1.
// `level_of[setting]` counts from 0.
double share_explained(const std::vector<std::vector<double>>& table, const std::vector<std::size_t>& level_of);

}  // namespace ampa::statistics
