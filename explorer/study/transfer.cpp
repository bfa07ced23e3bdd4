#include "study/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "allocate/ampa_settings.h"
#include "common/error.h"
#include "statistics/mean_interval.h"

namespace ampa::study {
namespace {

const TriedSetting& tried_on(const std::vector<TransferTask>& tasks, const PooledSetting& pooled, std::size_t task) {
  return tasks[task].settings[*pooled.on[task]];
}

// 1 for the smallest; equal ones share the mean of their places.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<double> ranks;
  for (const double value : values) {
    const auto below = std::count_if(values.begin(), values.end(), [&](double other) { return other < value; });
    const auto equal = std::count(values.begin(), values.end(), value);
    ranks.push_back(static_cast<double>(below) + (static_cast<double>(equal) + 1) / 2);
  }
  return ranks;
}

void add_ranks(const std::vector<TransferTask>& tasks, std::vector<PooledSetting>& pooled) {
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    std::vector<PooledSetting*> there;
    std::vector<double> losses;
    for (PooledSetting& setting : pooled)
      if (setting.on[task]) {
        there.push_back(&setting);
        losses.push_back(tried_on(tasks, setting, task).mean_loss());
      }
    const std::vector<double> ranks = ranks_of(losses);
    for (std::size_t i = 0; i < there.size(); ++i)
      there[i]->mean_rank += ranks[i] / static_cast<double>(there[i]->num_tasks);
  }
}

PooledSetting pooled_of(const std::vector<TransferTask>& tasks, const Json& carried, double limit,
                        std::optional<std::size_t> without) {
  PooledSetting pooled;
  pooled.carried = carried;
  std::vector<double> losses, rr, places;
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    pooled.on.push_back(task == without ? std::nullopt : tasks[task].find(carried));
    if (!pooled.on.back()) continue;
    const TriedSetting& tried = tried_on(tasks, pooled, task);
    losses.push_back(tried.mean_loss());
    if (tried.rr_percent) rr.push_back(*tried.rr_percent);
    if (const auto place = tried.place()) places.push_back(*place);
  }
  pooled.num_tasks = static_cast<std::int64_t>(losses.size());
  pooled.loss = statistics::across_tasks(losses, limit);
  pooled.mean_rr = statistics::mean_of(rr);
  pooled.place = statistics::mean_of(places);
  return pooled;
}

std::vector<PooledSetting> distinct_settings(const std::vector<TransferTask>& tasks, double limit,
                                             std::optional<std::size_t> without) {
  std::vector<PooledSetting> all;
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    if (task == without) continue;
    for (std::size_t i = 0; i < tasks[task].settings.size(); ++i) {
      const auto is_there = [&](const PooledSetting& pooled) { return pooled.on[task] == i; };
      if (std::none_of(all.begin(), all.end(), is_there))
        all.push_back(pooled_of(tasks, tasks[task].settings[i].carried, limit, without));
    }
  }
  return all;
}

double worth(const Target& target, const PooledSetting& pooled, std::optional<double> expected_rr) {
  return target.max_metric_loss ? expected_rr.value_or(-INFINITY) : -pooled.loss.of_mean.mean;
}

bool meets(const Target& target, const PooledSetting& pooled, const std::optional<sweep::ReductionRange>& range) {
  if (target.max_metric_loss && pooled.loss.of_mean.mean > *target.max_metric_loss) return false;
  return !target.min_rr_percent || (range && range->high_percent >= *target.min_rr_percent);
}

// What the other tasks would have named for this one, of what was tried on it.
std::optional<LeftOut> leave_out(const std::vector<TransferTask>& tasks, std::size_t task, const Target& target) {
  std::optional<LeftOut> found;
  double best = -INFINITY;
  std::vector<double> losses;
  for (const PooledSetting& pooled : pool_settings(tasks, target.max_metric_loss.value_or(0), task)) {
    const std::optional<std::size_t> place = tasks[task].find(pooled.carried);
    if (!place) continue;
    const TriedSetting& tried = tasks[task].settings[*place];
    losses.push_back(tried.mean_loss());
    if (!meets(target, pooled, tried.range)) continue;
    const double value = worth(target, pooled, pooled.expected_rr(tried.range));
    if (found && value <= best) continue;
    best = value;
    found = LeftOut{task, *place, tried.mean_loss(), 0, 0};
  }
  if (!found) return found;
  found->num_ranked = static_cast<std::int64_t>(losses.size());
  found->rank = 1 + std::count_if(losses.begin(), losses.end(), [&](double other) { return other < found->loss; });
  return found;
}

// Squares about each setting's mean loss on each task.
std::optional<double> seed_std_dev(const std::vector<TransferTask>& tasks) {
  double squares = 0;
  std::size_t degrees = 0;
  for (const TransferTask& task : tasks)
    for (const TriedSetting& tried : task.settings) {
      const double mean = tried.mean_loss();
      for (const double loss : tried.losses) squares += (loss - mean) * (loss - mean);
      degrees += tried.losses.size() - 1;
    }
  if (degrees == 0) return std::nullopt;
  return std::sqrt(squares / static_cast<double>(degrees));
}

// Of layers that climb alone: groups have one at least.
bool floors(const std::vector<TransferTask>& tasks, const PooledSetting& pooled, const OnNewNetwork& there) {
  for (std::size_t i = 0; i < there.selected.size(); ++i)
    for (std::size_t task = 0; task < tasks.size(); ++task)
      if (there.selected[i] == 0 && pooled.on[task] &&
          allocate::num_selected(there.percents[i], tasks[task].num_layers) > 0)
        return true;
  return false;
}

void refuse_other_targets(const Target& target) {
  for (const auto& [value, flag] :
       {std::pair{target.max_cycles, "--max-cycles"}, std::pair{target.max_lut_seconds, "--max-lut-seconds"},
        std::pair{target.max_energy, "--max-energy"}})
    if (value)
      throw InputError(
          fmt::format("{}: expected --max-metric-loss or --min-rr, which can be said of a network before "
                      "it is trained, found it with --network",
                      flag));
}

}  // namespace

std::optional<double> PooledSetting::expected_rr(const std::optional<sweep::ReductionRange>& range) const {
  if (!range) return mean_rr;
  if (range->high_percent > range->low_percent && !place) return mean_rr;
  return range->low_percent + place.value_or(0) * (range->high_percent - range->low_percent);
}

std::vector<PooledSetting> pool_settings(const std::vector<TransferTask>& tasks, double limit,
                                         std::optional<std::size_t> without) {
  std::vector<PooledSetting> all = distinct_settings(tasks, limit, without);
  std::int64_t most = 0;
  for (const PooledSetting& pooled : all) most = std::max(most, pooled.num_tasks);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const PooledSetting& x) { return x.num_tasks < most; }),
            all.end());
  add_ranks(tasks, all);
  return all;
}

std::optional<RankAgreement> rank_agreement(const std::vector<TransferTask>& tasks,
                                            const std::vector<PooledSetting>& pooled) {
  constexpr std::size_t kFewest = 3;
  std::vector<std::vector<double>> losses(tasks.size());  // by task, of the settings that all tried
  for (const PooledSetting& setting : pooled) {
    if (setting.num_tasks < static_cast<std::int64_t>(tasks.size())) return std::nullopt;
    for (std::size_t task = 0; task < tasks.size(); ++task)
      losses[task].push_back(tried_on(tasks, setting, task).mean_loss());
  }
  if (tasks.size() < 2 || pooled.size() < kFewest) return std::nullopt;
  const auto tau_of = [&](const std::vector<std::size_t>& sample) {
    double sum = 0;
    for (std::size_t x = 0; x < tasks.size(); ++x)
      for (std::size_t y = 0; y < x; ++y) {
        std::vector<double> of_x, of_y;
        for (const std::size_t i : sample) {
          of_x.push_back(losses[x][i]);
          of_y.push_back(losses[y][i]);
        }
        sum += statistics::kendall_tau(of_x, of_y);
      }
    return 2 * sum / static_cast<double>(tasks.size() * (tasks.size() - 1));
  };
  std::vector<std::size_t> all(pooled.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return RankAgreement{tau_of(all), statistics::bootstrap(pooled.size(), tau_of),
                       static_cast<std::int64_t>(pooled.size())};
}

TransferAdvice transfer(TransferEvidence evidence, NewNetwork network, const Target& target) {
  refuse_other_targets(target);
  TransferAdvice advice;
  advice.evidence = std::move(evidence);
  advice.network = std::move(network);
  const std::vector<TransferTask>& tasks = advice.evidence.tasks;
  const double limit = target.max_metric_loss.value_or(0);
  advice.num_tried = static_cast<std::int64_t>(distinct_settings(tasks, limit, std::nullopt).size());
  const std::vector<PooledSetting> pooled = pool_settings(tasks, limit);
  advice.num_compared = static_cast<std::int64_t>(pooled.size());
  advice.num_tasks = pooled.front().num_tasks;
  advice.agreement = rank_agreement(tasks, pooled);
  advice.seed_std_dev = seed_std_dev(tasks);
  for (const PooledSetting& setting : pooled) {
    TransferAdvice::Candidate candidate;
    candidate.pooled = setting;
    try {
      candidate.there = on_new_network(setting.carried, advice.network);
    } catch (const InputError& error) {
      advice.not_carried.push_back(fmt::format("{}: {}", carried_words(setting.carried), error.what()));
      continue;
    }
    candidate.floors = floors(tasks, setting, candidate.there);
    candidate.expected_rr = setting.expected_rr(candidate.there.range);
    if (meets(target, setting, candidate.there.range)) advice.settings.push_back(std::move(candidate));
  }
  std::stable_sort(advice.settings.begin(), advice.settings.end(), [&](const auto& x, const auto& y) {
    if (x.floors != y.floors) return y.floors;
    return worth(target, x.pooled, x.expected_rr) > worth(target, y.pooled, y.expected_rr);
  });
  if (tasks.size() > 1)
    for (std::size_t task = 0; task < tasks.size(); ++task)
      if (const auto left_out = leave_out(tasks, task, target)) advice.left_out.push_back(*left_out);
  return advice;
}

}  // namespace ampa::study
