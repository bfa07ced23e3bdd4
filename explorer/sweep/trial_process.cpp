#include "sweep/trial_process.h"

#include <fmt/format.h>

#include "sweep/trial_log.h"

namespace ampa::sweep {
namespace {

constexpr int kExitInput = 2;

std::vector<std::string> command_of(const TrainerOptions& options, const std::filesystem::path& config,
                                    const std::filesystem::path& folder) {
  std::vector<std::string> command = {options.program, "train",     "--config",
                                      config.string(), "--out",     folder.string(),
                                      "--resume",      "--threads", std::to_string(options.threads)};
  const auto add = [&](const char* flag, const std::string& value) { command.insert(command.end(), {flag, value}); };
  if (!options.isa.empty()) add("--isa", options.isa);
  if (options.until_epoch) add("--until-epoch", std::to_string(*options.until_epoch));
  if (options.stop_below_rr) add("--stop-below-rr", fmt::format("{}", *options.stop_below_rr));
  return command;
}

}  // namespace

TrialProcess::TrialProcess(const TrainerOptions& options, const std::filesystem::path& config,
                           const std::filesystem::path& folder)
    : log_(folder / "log.txt"), process_(command_of(options, config, folder), log_) {}

std::int64_t TrialProcess::last_epoch() const {
  return sweep::last_epoch(log_);
}

std::string TrialProcess::last_error() const {
  return sweep::last_error(log_);
}

bool TrialProcess::refused_input(const WorkerResult& result) {
  return result.signal == 0 && result.exit_code == kExitInput;
}

}  // namespace ampa::sweep
