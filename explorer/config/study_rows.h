// Rows of the table of the commands' settings: those of studies, and of pausing a run.
#pragma once

#include <vector>

#include "config/setting_rows.h"

namespace ampa::config {

void add_study_rows(std::vector<SettingRow>& rows);

}  // namespace ampa::config
