// The trials of a study by their ids, and the results of their jobs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "study/decision.h"
#include "study/history.h"
#include "study/lattice.h"
#include "sweep/trial_book.h"

namespace ampa::study {

class TrialShelf {
 public:
  // Spec and lattice outlive the shelf. Throws RunError if DIR/trials.jsonl cannot be written.
  TrialShelf(const StudySpec& spec, const Lattice& lattice, const std::filesystem::path& dir,
             sweep::TrialBook::Notice notice);

  const std::vector<sweep::TrialSummary>& trials() const {
    return trials_;
  }  // in the order in which they were asked for

  // The job's result, if what lies in the trial's folder holds it: at the job's epochs, or ruled out before them.
  std::optional<RunResult> result_of(const Job& job);

  // Makes the trial's folder ready for a worker. Throws an Error if it cannot be used.
  void prepare(const Job& job);

  // Reads what a worker left. What is damaged is set aside, so that the trial starts anew.
  void take(const Job& job);

 private:
  std::size_t place_of(const Job& job);
  bool is_ruled_out(const sweep::TrialSummary& trial) const;
  sweep::TrialSummary at_epoch(std::size_t place, std::int64_t epoch) const;

  const StudySpec& spec_;
  const Lattice& lattice_;
  std::filesystem::path dir_;
  sweep::TrialBook::Notice notice_;
  std::vector<sweep::TrialSummary> trials_;
  std::unordered_map<std::string, std::size_t> places_;
  sweep::TrialBook book_;
};

}  // namespace ampa::study
