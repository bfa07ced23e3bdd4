// The page's words: what was found, and what speaks against relying on it.
#pragma once

#include <string>

#include "report/report.h"

namespace ampa::report {

// HTML: what a sweep recommends, a study has confirmed, or one run came to.
std::string findings(const ReportInput& input);

// HTML: a panel of what makes the above doubtful, as loud; empty if nothing does.
std::string cautions(const ReportInput& input);

}  // namespace ampa::report
