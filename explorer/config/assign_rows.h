// The rows of the table of settings that are `ampa assign-widths`'s alone.
#pragma once

#include <vector>

#include "config/setting_rows.h"

namespace ampa::config {

void add_assign_rows(std::vector<SettingRow>& rows);

}  // namespace ampa::config
