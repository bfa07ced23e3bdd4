// One self-contained HTML file, and CSV, from a sweep's summary and its records.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cost/core_cost.h"
#include "record/run_record.h"
#include "sweep/recommend.h"
#include "sweep/summary.h"

namespace ampa::report {

struct ReportInput {
  sweep::SweepSummary summary;
  // The record of a trial, asked for once and not kept: there may be many. None (or no function): no history is shown.
  std::function<std::optional<record::RunRecord>(const sweep::TrialSummary&)> record_of;
  std::vector<sweep::Recommendation> recommendations;
  sweep::Constraints constraints;        // that the recommendations were made for
  std::optional<cost::CoreChoice> core;  // whose cycles the chart of a run's layers shows; none: the array's alone
};

// The page. All that may differ between two runs of one sweep stands between the comments <!--context--> and
// <!--/context-->.
std::string html(const ReportInput& input);

// What the page's charts are drawn from, in an element of id "data".
Json chart_data(const ReportInput& input);

std::string trials_csv(const sweep::SweepSummary& summary);    // one line a trial and point
std::string settings_csv(const sweep::SweepSummary& summary);  // one line a setting and point

}  // namespace ampa::report
