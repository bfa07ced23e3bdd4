// One self-contained HTML file, and CSV, from the summary of a sweep, a study or one run, and the records.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cost/core_cost.h"
#include "record/run_record.h"
#include "sweep/recommend.h"
#include "sweep/summary.h"

namespace ampa::report {

// What a study knows beyond its runs.
struct StudyFacts {
  Json summary;                    // study.json
  std::vector<Json> decisions;     // the lines of decisions.jsonl
  std::vector<std::string> words;  // what was found, a sentence each
};

struct ReportInput {
  sweep::SweepSummary summary;  // of a study: `settings` are of the runs of its search, `trials` are all
  std::optional<StudyFacts> study;
  // The record of a trial, asked for once and not kept: there may be many. None (or no function): no history is shown.
  std::function<std::optional<record::RunRecord>(const sweep::TrialSummary&)> record_of;
  std::vector<sweep::Recommendation> recommendations;
  sweep::Constraints constraints;        // that the recommendations were made for
  std::optional<cost::CoreChoice> core;  // whose cycles the chart of a run's layers shows; none: the array's alone
};

// The page. All that may differ between two runs of one sweep stands between the comments <!--context--> and
// <!--/context-->.
std::string html(const ReportInput& input);

// What the page's charts are drawn from, in an element of id "data": the page's only JSON. Keys: kind ("run", "sweep",
// "study"), name, points, memory, tasks, figures, dims (settings that take several values), settings (with their
// figures over the seeds), trials (with their epochs; the widths and costs of the layers of some of them), importance,
// and of a study progress and rungs.
Json chart_data(const ReportInput& input);

// Whether a run is of the confirm stage: its seed is none of those that settings were chosen by.
bool is_confirming(const StudyFacts& study, const sweep::TrialSummary& trial);

std::string study_csv(const StudyFacts& study);  // one line a setting of a study

}  // namespace ampa::report
