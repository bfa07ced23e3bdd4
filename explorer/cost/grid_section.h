// The first section of docs/table14.md: where mixed precision pays on arrays that can be built.
#pragma once

#include <string>

#include "record/run_record.h"

namespace ampa::cost {

// Markdown. Throws as cost_run does.
std::string grid_section(const record::RunRecord& record, const std::string& source);

}  // namespace ampa::cost
