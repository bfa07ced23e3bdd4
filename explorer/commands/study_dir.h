// The directory of a study, as the commands read it for a page.
#pragma once

#include <filesystem>
#include <optional>

#include "commands/sweep_dir.h"

namespace ampa::commands {

bool is_study(const std::filesystem::path& dir);  // DIR/study.json is there

// Writes study.html, trials.csv and settings.csv into `out`. Throws InputError for a file of DIR that is not a study's.
ReportFiles write_study_report(const std::filesystem::path& dir, const std::optional<cost::CoreChoice>& core,
                               const std::filesystem::path& out);

// Whether study.json says that the study is over.
bool is_over(const std::filesystem::path& dir);

}  // namespace ampa::commands
