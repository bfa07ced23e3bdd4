// The directory of a sweep, or of a single training run, as the commands read and write it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/report.h"
#include "sweep/recommend.h"

namespace ampa::commands {

// DIR/sweep.json; or, if DIR holds a single record.json, a summary of that one run, costed on `points` (none: the
// default point). `points` other than a sweep's own are an InputError for a sweep. Throws InputError if DIR holds
// neither.
sweep::SweepSummary read_summary(const std::filesystem::path& dir, const std::vector<std::string>& points = {});

struct ReportFiles {
  std::filesystem::path html, trials_csv, settings_csv;
};

// Writes report.html, trials.csv and settings.csv into `out`.
ReportFiles write_report(const sweep::SweepSummary& summary, const std::optional<cost::CoreChoice>& core,
                         const std::filesystem::path& dir, const std::filesystem::path& out);

}  // namespace ampa::commands
