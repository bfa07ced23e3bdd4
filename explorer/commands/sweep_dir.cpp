#include "commands/sweep_dir.h"

#include <fmt/format.h>

#include "commands/backends.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "sweep/finished_log.h"
#include "sweep/reduction_range.h"
#include "sweep/summary_csv.h"
#include "sweep/trial_book.h"
#include "sweep/trial_key.h"
#include "timing/hardware_point.h"

namespace ampa::commands {
namespace {

sweep::SweepSummary summary_of_run(const std::filesystem::path& path, std::vector<std::string> points) {
  const record::RunRecord record = record::read_record(path);
  const train::TrainConfig config = train::config_from_json(record.config, path.string(), "config");
  if (points.empty()) points = {kDefaultPoint};
  config::Trial trial;
  trial.id = trial.setting = trial.task = "run";
  trial.label = config::setting_label(config);
  trial.config = config;
  sweep::SweepSummary summary;
  summary.name = fmt::format("{} on {}, {}", config.network, config.dataset, trial.label);
  summary.context = record.context;
  summary.config = record.config;
  for (const std::string& point : points) summary.points.push_back(timing::point_from_string(point).name);
  std::optional<sweep::ReductionRange> range;
  if (!record.layers.empty())
    range = sweep::estimated_range(config, record::counted_gemms(record), record::layer_names(record),
                                   record::layer_groups(record));
  summary.trials.push_back(sweep::pending_trial(trial, range));
  summary.trials.front().identity = record.identity;
  sweep::add_record(summary.trials.front(), record, summary.points, path.string());
  summary.settings = sweep::summarise_settings(summary.trials);
  return summary;
}

// Of a sweep's trial, or of the only run of a training directory.
std::filesystem::path record_path(const std::filesystem::path& dir, const std::string& id) {
  return (std::filesystem::exists(dir / "sweep.json") ? sweep::trial_dir(dir, id) : dir) / "record.json";
}

// With the trials that ended after the summary was last written: the sweep runs still, or was killed.
sweep::SweepSummary with_log(sweep::SweepSummary summary, const std::filesystem::path& dir) {
  const auto log = sweep::read_finished_log(dir / "trials.jsonl");
  bool is_changed = false;
  for (sweep::TrialSummary& trial : summary.trials) {
    const auto logged = log.find(trial.id);
    if (logged == log.end() || trial.finished() || !logged->second.trial.finished()) continue;
    if (!sweep::is_same_run(logged->second.trial, trial) || logged->second.trial.setting != trial.setting) continue;
    trial = logged->second.trial;
    is_changed = true;
  }
  if (is_changed) summary.settings = sweep::summarise_settings(summary.trials);
  return summary;
}

}  // namespace

sweep::SweepSummary read_summary(const std::filesystem::path& dir, const std::vector<std::string>& points) {
  const std::filesystem::path sweep_file = dir / "sweep.json", record_file = dir / "record.json";
  if (std::filesystem::exists(sweep_file)) {
    if (!points.empty())
      throw InputError(fmt::format("--point: expected none for a sweep, whose points are in {}, found {}",
                                   sweep_file.string(), points.front()));
    return with_log(sweep::summary_from_json(read_json_file(sweep_file), sweep_file.string()), dir);
  }
  if (std::filesystem::exists(record_file)) return summary_of_run(record_file, points);
  throw InputError(fmt::format(
      "{}: expected the directory of a sweep (sweep.json) or of a run (record.json), found neither", dir.string()));
}

ReportFiles write_report(const sweep::SweepSummary& summary, const std::optional<cost::CoreChoice>& core,
                         const std::filesystem::path& dir, const std::filesystem::path& out) {
  report::ReportInput input;
  input.summary = summary;
  input.core = core;
  input.constraints = sweep::complete({});
  input.recommendations = sweep::recommend(summary, input.constraints);
  input.record_of = [&dir](const sweep::TrialSummary& trial) -> std::optional<record::RunRecord> {
    if (trial.status == "pending" || trial.status == "failed") return std::nullopt;
    const std::filesystem::path path = record_path(dir, trial.id);
    record::RunRecord record = record::read_record(path);
    sweep::check_is_of_trial(record, trial, path.string());
    return record;
  };
  const ReportFiles files = {out / "report.html", out / "trials.csv", out / "settings.csv"};
  write_file_atomically(files.html, report::html(input));
  write_file_atomically(files.trials_csv, sweep::trials_csv(summary.trials));
  write_file_atomically(files.settings_csv, sweep::settings_csv(summary));
  return files;
}

}  // namespace ampa::commands
