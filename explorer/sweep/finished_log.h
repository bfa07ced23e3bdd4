// DIR/trials.jsonl: what a sweep knows of its trials, one line each time that one has ended.
//
// An index beside the records, which stay the truth: it spares reading and costing them again, and a report after a
// kill finds in it what came after the last sweep.json.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

#include "sweep/summary.h"

namespace ampa::sweep {

struct LoggedTrial {
  std::string record_sha256;  // of the record.json that the figures were taken from; empty: of none
  TrialSummary trial;
};

// By trial id; of several lines of one trial the last counts. A torn, damaged or changed line counts as absent, as
// does a file that is not there.
std::unordered_map<std::string, LoggedTrial> read_finished_log(const std::filesystem::path& path);

class FinishedLog {
 public:
  // Opens the file for lines to come, at the end of its last whole line. Throws RunError.
  explicit FinishedLog(const std::filesystem::path& path);
  ~FinishedLog();
  FinishedLog(const FinishedLog&) = delete;
  FinishedLog& operator=(const FinishedLog&) = delete;

  // The line is on the disk when this returns. Throws RunError if it cannot be written, and leaves no part of it.
  void append(const LoggedTrial& trial);

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace ampa::sweep
