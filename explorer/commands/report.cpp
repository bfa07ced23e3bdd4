// `ampa report`: the HTML file and CSV of a study, a sweep or a run.
#include "report/report.h"

#include <chrono>
#include <thread>

#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "commands/study_dir.h"
#include "commands/sweep_dir.h"
#include "common/error.h"
#include "sweep/save_times.h"

namespace ampa::commands {
namespace {

constexpr std::chrono::milliseconds kLook{200};

struct Written {
  ReportFiles files;
  bool is_over = true;  // nothing more will come of what was reported on
};

Written write_once(const Call& call) {
  const std::string dir = call.text("dir"), out = call.text("out").empty() ? dir : call.text("out");
  const CoreFlags flags = core_flags(call);
  std::optional<cost::CoreChoice> core;
  if (flags.has_memory()) core = cost::CoreChoice{flags.scratchpads, flags.memory};
  if (is_study(dir)) {
    if (const std::vector<std::string> points = call.texts("point"); !points.empty())
      throw InputError("--point: expected none for a study, whose file names its points, found " + points.front());
    const bool was_over = is_over(dir);  // before it is read: what comes after that wants another look
    return {write_study_report(dir, core, out), was_over};
  }
  const sweep::SweepSummary summary = read_summary(dir, call.texts("point"));
  bool is_over = true;
  for (const sweep::TrialSummary& trial : summary.trials) is_over = is_over && trial.status != "pending";
  return {write_report(summary, core, dir, out), is_over};
}

// Until what is reported on is over, or the user ends it.
void watch(const Call& call) {
  const std::atomic<bool>& stop = watch_stop_signals();
  sweep::SaveTimes times;
  for (bool is_over = false; !is_over && !stop; std::this_thread::sleep_for(kLook)) {
    if (!times.is_due(sweep::SaveTimes::Clock::now())) continue;
    const auto begin = sweep::SaveTimes::Clock::now();
    is_over = write_once(call).is_over;
    times.saved(begin, sweep::SaveTimes::Clock::now());
  }
}

void run(const Call& call) {
  const ReportFiles files = write_once(call).files;
  print(files.html.string() + "\n" + files.trials_csv.string() + "\n" + files.settings_csv.string() + "\n");
  flush_output();
  if (call.is_on("watch")) watch(call);
}

}  // namespace

void add_report(CLI::App& app) {
  add_command(app, "report", run);
}

}  // namespace ampa::commands
