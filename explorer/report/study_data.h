// What a study's decisions and summary add to the chart data.
#pragma once

#include "report/report.h"

namespace ampa::report {

// [{"decision", "runs", "epochs", "metric", "hypervolume", "done"}]: after each decision what was known when it was
// made: runs and epochs trained, the best metric of the settings that meet the constraints and the hypervolume of
// those (null: none meets), and the ids of the settings that were complete since the decision before.
Json progress_json(const ReportInput& input);

// By trial of the study's own task the epochs at which results of it were asked for, ascending.
Json rungs_json(const StudyFacts& study);

// Of each fidelity what study.json says, its figures rounded: base, num_settings, num_promoted (null in studies of
// older versions), num_shared, tau, low, high (null: not known), is_off. Empty without any.
Json fidelities_json(const StudyFacts& study);

// Of each setting's id what study.json says: status, meets, and confirmed (null, or its figures on the test samples).
// Objectives that no run's summary holds are in "figures".
Json verdicts_json(const StudyFacts& study);

}  // namespace ampa::report
