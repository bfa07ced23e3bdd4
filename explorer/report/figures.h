// The figures of a run that the page draws settings by.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

namespace ampa::report {

struct Figure {
  std::string key;    // "metric", "rr", "cycles@fused-16x16"
  std::string title;  // with its unit; empty for the metric, which a task names
  double scale = 1;   // what values are multiplied by where they are shown
  bool larger_is_better = false;
  std::function<std::optional<double>(const sweep::TrialSummary&)> value;  // none: the study's file holds it by setting
};

// The metric (that of the samples held out, in a study that holds some out), the training loss, RR, BitOPs, the cycles
// on every point, and the study's objectives beyond these.
std::vector<Figure> figures_of(const ReportInput& input);

// "rr", "cycles@fused-16x16": the key of an objective as study.json has it.
std::string figure_key(const Json& objective);

// Whether a run counts for its setting: completed, and not of the confirm stage, which has seeds of its own.
bool counts(const ReportInput& input, const sweep::TrialSummary& trial);

// Whether settings are told apart by the samples that runs hold out.
bool selects_on_validation(const ReportInput& input);

}  // namespace ampa::report
