// Rows of the table of the commands' settings: those of recommendations, of studies, and of pausing a run.
#pragma once

#include <vector>

#include "config/setting_rows.h"

namespace ampa::config {

void add_recommend_rows(std::vector<SettingRow>& rows);
void add_study_rows(std::vector<SettingRow>& rows);

}  // namespace ampa::config
