// From studies and sweeps at hand to settings for a network or task that none of them had, and how far that can be
// trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "statistics/across_tasks.h"
#include "study/advice.h"
#include "study/new_network.h"
#include "study/transfer_tasks.h"

namespace ampa::study {

// A setting with what it came to on the tasks at hand.
struct PooledSetting {
  Json carried;
  std::vector<std::optional<std::size_t>> on;  // of each task, its setting there; none: not tried
  std::int64_t num_tasks = 0;                  // that tried it
  statistics::AcrossTasks loss;                // over these
  double mean_rank = 0;                        // over these, by loss among the settings that are compared; 1: the best
  std::optional<double> mean_rr;
  std::optional<double> place;  // mean of TriedSetting::place
  // Between the ends of `range`, as on the tasks at hand; else as large as it was there.
  std::optional<double> expected_rr(const std::optional<sweep::ReductionRange>& range) const;
};

// The settings that as many of the tasks as possible tried, each once, in the order of the tasks. `without`: a task
// that is not looked at.
std::vector<PooledSetting> pool_settings(const std::vector<TransferTask>& tasks, double limit,
                                         std::optional<std::size_t> without = std::nullopt);

// How alike two tasks or more rank the settings that all of them tried, at least three, by loss.
struct RankAgreement {
  double tau = 0;                 // mean over the pairs of tasks of Kendall's tau
  statistics::Interval interval;  // by drawing the settings again
  std::int64_t num_settings = 0;
};
std::optional<RankAgreement> rank_agreement(const std::vector<TransferTask>& tasks,
                                            const std::vector<PooledSetting>& pooled);

// A task as if it were the new one: what the others would have had one run there.
struct LeftOut {
  std::size_t task = 0;
  std::size_t setting = 0;  // of that task
  double loss = 0;          // there
  std::int64_t rank = 0;    // by loss, among the settings that could have been named; 1: the best
  std::int64_t num_ranked = 0;
};

struct TransferAdvice {
  TransferEvidence evidence;
  NewNetwork network;
  struct Candidate {
    PooledSetting pooled;
    OnNewNetwork there;
    std::optional<double> expected_rr;  // there
    bool floors = false;  // a ratio selects no layer there that selected some where it was tried: another setting
  };
  std::vector<Candidate> settings;       // that meet the target by their means, best first
  std::int64_t num_tried = 0;            // settings, on any task
  std::int64_t num_compared = 0;         // those that as many tasks as possible tried
  std::int64_t num_tasks = 0;            // so many
  std::vector<std::string> not_carried;  // sentences
  std::optional<RankAgreement> agreement;
  std::vector<LeftOut> left_out;       // of two tasks or more: those that tried what the others would have named
  std::optional<double> seed_std_dev;  // of a loss on one task, pooled over its settings and the tasks
};

// Of the settings that as many tasks as possible tried, those whose mean loss over the tasks is within the target's and
// whose RR on the new network may reach the target's. Best first: before all those with a ratio that floors to no layer
// there and did not where it was tried; then the largest RR to be expected there if a loss is
// bounded, else the smallest loss. Loss and RR are all that can be asked for. Throws InputError for other targets.
TransferAdvice transfer(TransferEvidence evidence, NewNetwork network, const Target& target);

std::string transfer_words(const Target& target, const TransferAdvice& advice);
Json to_json(const Target& target, const TransferAdvice& advice, const Json& context);

}  // namespace ampa::study
