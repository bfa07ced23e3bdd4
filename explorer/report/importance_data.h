// How far the settings of a task differ, and by what.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/figures.h"
#include "statistics/blocked_anova.h"

namespace ampa::report {

// Of a task's settings that are no baselines, by the seeds that all of them have.
struct SeedTable {
  std::vector<const sweep::SettingSummary*> settings;
  std::vector<std::vector<double>> rows;  // of each setting, by seed
};
SeedTable seed_table(const ReportInput& input, const std::string& task, const Figure& figure);

// [{"task", "key", "shares": [{"figure", "share", "low", "high"}]}]: of each dimension the share of the variance
// between settings that it explains alone, with a bootstrap interval over the seeds (null for one seed).
Json importance_json(const ReportInput& input, const std::vector<std::string>& dims);

// The keys of a config that take several values among a task's settings, baselines apart.
std::vector<std::string> dims_of(const ReportInput& input);

}  // namespace ampa::report
