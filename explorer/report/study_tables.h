// Tables of a study.
#pragma once

#include <string>

#include "report/report.h"

namespace ampa::report {

// "confirmed", or that a setting was run again and is not shown to meet the bounds.
std::string badge(const Json& confirmed);

std::string confirmed_table(const StudyFacts& study);  // a panel; empty if nothing was confirmed
std::string searched_table(const StudyFacts& study);   // the settings with their objectives

}  // namespace ampa::report
