// The report's tables.
#pragma once

#include <string>

#include "report/report.h"

namespace ampa::report {

std::string settings_table(const ReportInput& input, const sweep::Recommendation& task);
std::string trials_table(const ReportInput& input);
std::string cycles_table(const ReportInput& input);  // the settings' cycles on every point
std::string area_table(const ReportInput& input);    // what the points occupy on the reference device

}  // namespace ampa::report
