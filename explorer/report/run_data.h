// What a record adds to a run of the chart data.
#pragma once

#include "report/report.h"

namespace ampa::report {

// "history": arrays over the epochs: loss, metric (of the test samples), validation where samples are held out.
void add_history(Json& json, const record::RunRecord& record);

// "layers" (names), "bits" (w, a, g: for each layer a string of a digit an epoch) and "cost" (of each point, arrays
// over the layers).
void add_layers(Json& json, const record::RunRecord& record, const sweep::TrialSummary& trial,
                const ReportInput& input);

}  // namespace ampa::report
