// What is known of a sweep's trials, and what lies in their folders: read, kept up to date, and mended where it is
// damaged.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sweep/finished_log.h"
#include "sweep/summary.h"

namespace ampa::sweep {

std::filesystem::path trial_dir(const std::filesystem::path& dir, const std::string& id);

class TrialBook {
 public:
  using Notice = std::function<void(const std::string&)>;

  // Looks at the folder of every trial. Throws RunError if DIR/trials.jsonl cannot be written.
  TrialBook(const std::filesystem::path& dir, std::vector<TrialSummary>& trials, const std::vector<std::string>& points,
            Notice notice);

  // Looks at the folder of a trial, such as one that was added to `trials`. A record that cannot be read or is of
  // another run is said on `notice`, set aside (record.damaged.json) and its trial pending again.
  void look_at(std::size_t index);

  // Counts folders of no trial on `notice`; they are left alone.
  void say_strangers() const;

  std::filesystem::path folder(std::size_t index) const { return trial_dir(dir_, trials_[index].id); }

  // Makes a trial's folder ready for a worker: writes config.json, and sets aside a checkpoint that is damaged or of
  // another run. True if there is a checkpoint to go on from. Throws an Error if the folder cannot be used.
  bool prepare(std::size_t index);

  // Reads what a worker left and logs a trial that is finished. Throws InputError for a record that is damaged.
  void take(std::size_t index);

  // Sets record and checkpoint aside, so that the trial starts anew, and says why.
  void start_over(std::size_t index, const std::string& why);

 private:
  void forget_record(std::size_t index);
  bool log(std::size_t index, const std::string& record_sha256);  // false, and a notice, if it cannot be written

  std::filesystem::path dir_;
  std::vector<TrialSummary>& trials_;
  const std::vector<std::string>& points_;
  Notice notice_;
  std::unordered_map<std::string, LoggedTrial> known_;  // what the log held at first
  FinishedLog log_;
  std::unordered_set<std::size_t> unforgotten_;  // of which the log still says that they were finished
};

}  // namespace ampa::sweep
