// What a study runs next: a function of its file and of the results of what it ran before.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "study/confirmation.h"
#include "study/decision.h"
#include "study/fidelities.h"
#include "study/halving.h"
#include "study/history.h"
#include "study/lattice.h"
#include "study/sampler.h"

namespace ampa::study {

// Decisions are asked for one after another, each when every job of those before has its result; so that they are the
// same for any number of workers and in whatever order these end, and again when the study is replayed.
class Engine {
 public:
  // Spec and lattice outlive the engine.
  Engine(const StudySpec& spec, const Lattice& lattice);

  // The next decision. `time_is_over`: of a budget in seconds; the search is over then, and what it found is confirmed.
  Decision decide(bool time_is_over);

  // The result of a job, in any order.
  void add(const RunResult& result) { new_results_.push_back(result); }

  const History& history() const { return history_; }
  const Confirmation& confirmation() const { return confirmation_; }
  const std::vector<std::size_t>& searched() const { return searched_; }
  std::optional<std::size_t> reference() const;  // of the lattice: the first baseline
  bool is_searching() const { return is_searching_; }
  const Fidelities& fidelities() const { return fidelities_; }

 private:
  void take_results(Decision& decision);
  void search(std::vector<Job>& jobs);
  bool go_on(std::vector<Job>& jobs, const std::vector<Fidelities::Step>& steps);
  bool add_setting(std::vector<Job>& jobs, std::size_t setting, std::int64_t until_epoch, const char* why);
  void add_job(std::vector<Job>& jobs, std::size_t setting, std::uint64_t seed, std::int64_t until_epoch,
               const char* why);
  void end_search(const std::string& why);

  const StudySpec& spec_;
  const Lattice& lattice_;
  std::int64_t epochs_;  // of a run
  History history_;
  std::unique_ptr<Sampler> sampler_;
  Fidelities fidelities_;
  Halving halving_;
  Confirmation confirmation_;
  std::vector<bool> taken_;            // of the candidates
  std::vector<std::size_t> searched_;  // settings in the order in which they were chosen, baselines first
  std::vector<Observation> observations_;
  std::set<std::size_t> observed_;
  std::vector<RunResult> new_results_;
  std::int64_t num_decisions_ = 0, num_trials_ = 0, num_epochs_ = 0;
  std::map<std::size_t, std::int64_t> asked_for_;  // by setting, the epochs that its runs are to come to
  bool is_searching_ = true;
  std::string why_over_;
};

}  // namespace ampa::study
