// What `ampa train` prints, written and read back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace ampa::sweep {

// "epoch 3/20" for the third epoch that was finished.
std::string epoch_words(std::int64_t num_finished, std::int64_t num_epochs);

// The last N of "epoch N/M" at the start of a line of a log; 0 if there is none or no log.
std::int64_t last_epoch(const std::filesystem::path& log);

// The text of the last line that starts with "ampa: "; empty if there is none.
std::string last_error(const std::filesystem::path& log);

}  // namespace ampa::sweep
