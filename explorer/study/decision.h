// What a study decided to run, on what it was based, and the file that keeps it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::study {

struct Job {
  std::string trial;        // its id
  std::size_t setting = 0;  // of the lattice
  std::string label;        // of the setting, for people
  std::uint64_t seed = 0;
  std::int64_t until_epoch = 0;  // of the run; its last: to the end
  std::string why;               // "baseline", "fidelity", "asked", "promoted", "confirm"
};

struct Decision {
  std::int64_t number = 0;            // from 0
  std::vector<std::string> based_on;  // results (RunResult::id) that were new since the decision before, sorted
  std::vector<Job> jobs;              // none: the study has ended
  std::string end;                    // why it has; empty: it goes on
  bool time_is_over = false;          // of a budget in seconds: what the decision was based on, too
};

Json to_json(const Decision& decision);

// DIR/decisions.jsonl: a line for each decision, in order. A last line that is torn counts as absent.
class DecisionLog {
 public:
  // Reads what is there. Throws InputError for a file that holds anything else, RunError if it cannot be written.
  explicit DecisionLog(const std::filesystem::path& path);

  std::size_t size() const { return lines_.size(); }
  const Json& at(std::size_t number) const { return lines_.at(number); }

  // The line is on the disk when this returns.
  void append(const Decision& decision);

  // Forgets the decisions from `number` on.
  void drop_from(std::size_t number);

 private:
  void rewrite() const;

  std::filesystem::path path_;
  std::vector<Json> lines_;
};

}  // namespace ampa::study
