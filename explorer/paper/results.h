// What the runs of a table came to.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paper/experiment.h"
#include "paper/runs.h"
#include "record/run_record.h"
#include "sweep/reduction_range.h"
#include "timing/hardware_point.h"

namespace ampa::paper {

// A run of a row with one seed.
struct SeedResult {
  std::int64_t seed = 0;
  std::string trial;                                // its folder
  std::shared_ptr<const record::RunRecord> record;  // null: it was not finished
  std::string results_sha256;                       // of the record
  std::map<std::string, double> figures;            // those that it has, by name

  bool diverged() const { return record && record->status == record::Status::kDiverged; }
  std::optional<double> figure(const std::string& name) const;
};

struct RowResult {
  std::string task, setting;
  std::vector<SeedResult> seeds;
  std::optional<sweep::ReductionRange> range;  // of RR, estimated before training

  std::vector<double> values(const std::string& figure) const;  // of the seeds that have it
};

struct TableResult {
  const Experiment* experiment = nullptr;
  std::string scale;
  std::vector<RowResult> rows;

  const RowResult* row(const std::string& task, const std::string& setting) const;  // null: it was not run
};

// Reads the records below DIR/trials; one that is missing or damaged is a run that was not finished. Costs are those on
// `point`.
TableResult results_of(const std::filesystem::path& dir, const TableRuns& runs, const timing::HardwarePoint& point);

}  // namespace ampa::paper
