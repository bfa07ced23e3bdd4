// From a table at a scale to the trials of a sweep, and back from what they left.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/sweep_spec.h"
#include "paper/experiment.h"
#include "sweep/summary.h"

namespace ampa::paper {

struct Asked {
  std::string scale;
  std::vector<std::int64_t> seeds;
  std::map<std::string, std::string> data_dirs;  // by data set
};

// The keys of a row's runs; none if its task cannot be run at the scale.
std::optional<Json> configuration_of(const Experiment& experiment, const Row& row, const Asked& asked);

// All runs of the tables, as SWEEP.json has them: what several share is there once. Throws InputError if no row can be
// run at the scale.
Json sweep_json(const std::vector<const Experiment*>& tables, const Asked& asked);

// Which trial is which row's: as DIR/paper/TABLE.SCALE.json keeps it.
struct RowTrials {
  std::string task, setting;
  std::vector<std::int64_t> seeds;
  std::vector<std::string> trials;  // ids, by seed
};
struct TableRuns {
  std::string table, scale;
  std::vector<RowTrials> rows;  // those that were run
};

// `spec` and `ended` are those of the sweep of `sweep_json`.
TableRuns runs_of(const Experiment& experiment, const Asked& asked, const config::SweepSpec& spec,
                  const std::vector<sweep::TrialSummary>& ended);

void write_runs(const std::filesystem::path& dir, const TableRuns& runs);
// Those of a folder, in the order of the tables. Throws InputError for a file that is damaged, or if there is none.
std::vector<TableRuns> read_runs(const std::filesystem::path& dir);

}  // namespace ampa::paper
