#include "paper/results.h"

#include "common/error.h"
#include "paper/figures.h"
#include "record/record_check.h"
#include "sweep/trial_book.h"
#include "train/train_config.h"

namespace ampa::paper {
namespace {

SeedResult read_seed(const std::filesystem::path& dir, std::int64_t seed, const std::string& trial,
                     const timing::HardwarePoint& point) {
  SeedResult result;
  result.seed = seed;
  result.trial = trial;
  const std::filesystem::path path = sweep::trial_dir(dir, trial) / "record.json";
  try {
    const Json json = read_json_file(path);
    const auto record = std::make_shared<record::RunRecord>(record::from_json(json, path.string()));
    if (record->status == record::Status::kInterrupted) return result;
    result.results_sha256 = record::results_digest(json);
    for (const Figure& figure : figures())
      if (const auto value = figure.of(*record, point)) result.figures[figure.name] = *value;
    result.record = record;
  } catch (const InputError&) {
    return result;
  }
  return result;
}

std::optional<sweep::ReductionRange> range_of(const RowResult& row) {
  for (const SeedResult& seed : row.seeds) {
    if (!seed.record || seed.record->layers.empty()) continue;
    const train::TrainConfig config = train::config_from_json(seed.record->config, seed.trial, "config");
    return sweep::estimated_range(config, record::counted_gemms(*seed.record), record::layer_names(*seed.record),
                                  record::layer_groups(*seed.record));
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> SeedResult::figure(const std::string& name) const {
  const auto found = figures.find(name);
  return found == figures.end() ? std::nullopt : std::optional(found->second);
}

std::vector<double> RowResult::values(const std::string& figure) const {
  std::vector<double> list;
  for (const SeedResult& seed : seeds)
    if (const auto value = seed.figure(figure)) list.push_back(*value);
  return list;
}

const RowResult* TableResult::row(const std::string& task, const std::string& setting) const {
  for (const RowResult& one : rows)
    if (one.task == task && one.setting == setting) return &one;
  return nullptr;
}

TableResult results_of(const std::filesystem::path& dir, const TableRuns& runs, const timing::HardwarePoint& point) {
  TableResult result{&experiment(runs.table), runs.scale, {}};
  for (const RowTrials& trials : runs.rows) {
    RowResult row{trials.task, trials.setting, {}, std::nullopt};
    for (std::size_t i = 0; i < trials.trials.size(); ++i)
      row.seeds.push_back(read_seed(dir, trials.seeds[i], trials.trials[i], point));
    row.range = range_of(row);
    result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace ampa::paper
