#include "commands/study_dir.h"

#include <algorithm>
#include <sstream>

#include "common/atomic_file.h"
#include "common/error.h"
#include "study/decision.h"
#include "study/study_json.h"
#include "study/study_trials.h"
#include "sweep/trial_book.h"

namespace ampa::commands {
namespace {

Json read_study(const std::filesystem::path& dir) {
  const std::filesystem::path path = dir / "study.json";
  Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  reader.integer("schema_version", study::kStudySummaryVersion, study::kStudySummaryVersion);
  return json;
}

std::vector<Json> read_decisions(const std::filesystem::path& path) {
  std::vector<Json> decisions;
  if (!std::filesystem::exists(path)) return decisions;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (lines.eof()) break;  // torn: the study is writing it
    decisions.push_back(parse_json(line, path.string() + ": line " + std::to_string(decisions.size() + 1)));
  }
  return decisions;
}

// All points that a run was costed on, in the order in which they come.
std::vector<std::string> points_of(const std::vector<sweep::TrialSummary>& trials) {
  std::vector<std::string> points;
  for (const sweep::TrialSummary& trial : trials)
    for (const sweep::PointCycles& cycles : trial.cycles)
      if (std::find(points.begin(), points.end(), cycles.point) == points.end()) points.push_back(cycles.point);
  return points;
}

sweep::SweepSummary summary_of(const report::StudyFacts& facts, const std::string& source) {
  const Json& results = facts.summary.at("results");
  sweep::SweepSummary summary;
  summary.name = results.at("name").get<std::string>();
  summary.context = facts.summary.at("context");
  summary.config = facts.summary.at("config");
  std::vector<sweep::TrialSummary> searched;
  const study::StudySpec spec = study::parse_study(facts.summary.at("config"), source);
  for (const Json& trial : results.at("trials")) {
    sweep::TrialSummary read = sweep::trial_from_json(trial, source, "results.trials");
    if (spec.fidelity_of(read.config)) continue;  // of another task
    summary.trials.push_back(std::move(read));
    if (!report::is_confirming(facts, summary.trials.back())) searched.push_back(summary.trials.back());
  }
  summary.points = points_of(summary.trials);
  summary.settings = sweep::summarise_settings(searched);
  return summary;
}

}  // namespace

bool is_study(const std::filesystem::path& dir) {
  return std::filesystem::exists(dir / "study.json");
}

bool is_over(const std::filesystem::path& dir) {
  return !read_study(dir).at("results").at("end").is_null();
}

ReportFiles write_study_report(const std::filesystem::path& dir, const std::optional<cost::CoreChoice>& core,
                               const std::filesystem::path& out) {
  report::ReportInput input;
  input.study = report::StudyFacts{read_study(dir), read_decisions(dir / "decisions.jsonl"), {}};
  std::istringstream lines(study::study_words(input.study->summary));
  for (std::string line; std::getline(lines, line);) input.study->words.push_back(line);
  input.summary = summary_of(*input.study, (dir / "study.json").string());
  input.core = core;
  input.record_of = [&dir](const sweep::TrialSummary& trial) -> std::optional<record::RunRecord> {
    const std::filesystem::path path = sweep::trial_dir(dir, trial.id) / "record.json";
    if (trial.num_epochs == 0 || !std::filesystem::exists(path)) return std::nullopt;
    return record::read_record(path);
  };
  const ReportFiles files = {out / "study.html", out / "trials.csv", out / "settings.csv"};
  write_file_atomically(files.html, report::html(input));
  write_file_atomically(files.trials_csv, study::trials_csv(study::read_study_trials(dir)));
  write_file_atomically(files.settings_csv, report::study_csv(*input.study));
  return files;
}

}  // namespace ampa::commands
