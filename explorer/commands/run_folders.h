// The runs of a folder, whether a study or a sweep made it.
#pragma once

#include <filesystem>
#include <vector>

#include "study/study_trials.h"

namespace ampa::commands {

// Of a sweep all are "baseline" or "search", without settings and figures of objectives. Throws InputError if DIR holds
// neither.
std::vector<study::StudyTrial> trials_of(const std::filesystem::path& dir);

}  // namespace ampa::commands
