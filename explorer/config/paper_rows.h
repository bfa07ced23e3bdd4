// The rows of the table of settings that are `ampa paper`'s alone.
#pragma once

#include <vector>

#include "config/setting_rows.h"

namespace ampa::config {

void add_paper_rows(std::vector<SettingRow>& rows);

}  // namespace ampa::config
