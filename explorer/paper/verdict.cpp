#include "paper/verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "paper/differences.h"
#include "statistics/mean_interval.h"

namespace ampa::paper {
namespace {

constexpr double kLevel = 0.05;

bool is_of(const Claim& claim, const std::string& task) {
  return claim.tasks.empty() || std::find(claim.tasks.begin(), claim.tasks.end(), task) != claim.tasks.end();
}

std::vector<std::string> tasks_of(const Claim& claim, const TableResult& result) {
  std::vector<std::string> tasks;
  for (const RowResult& row : result.rows)
    if (is_of(claim, row.task) && std::find(tasks.begin(), tasks.end(), row.task) == tasks.end())
      tasks.push_back(row.task);
  return tasks;
}

std::optional<double> value_of(const Term& term, const TableResult& result, const std::string& task,
                               std::int64_t seed) {
  if (term.setting.empty()) return term.number;
  const RowResult* row = result.row(task, term.setting);
  if (row == nullptr) return std::nullopt;
  for (const SeedResult& one : row->seeds)
    if (one.seed == seed) return one.figure(term.figure);
  return std::nullopt;
}

const RowResult* any_row(const Claim& claim, const TableResult& result, const std::string& task) {
  const std::string& setting = claim.more->setting.empty() ? claim.less->setting : claim.more->setting;
  return result.row(task, setting);
}

struct Differences {
  std::vector<double> values;
  std::int64_t num_missing = 0;  // pairs of which a run has no figure, such as one that diverged
  std::size_t num_tasks = 0;
};

Differences differences_of(const Claim& claim, const TableResult& result) {
  Differences differences;
  for (const std::string& task : tasks_of(claim, result)) {
    const RowResult* row = any_row(claim, result, task);
    if (row == nullptr) continue;
    const std::size_t before = differences.values.size();
    for (const SeedResult& seed : row->seeds) {
      const auto more = value_of(*claim.more, result, task, seed.seed);
      const auto less = value_of(*claim.less, result, task, seed.seed);
      if (more && less)
        differences.values.push_back(*more - *less + claim.margin);
      else
        ++differences.num_missing;
    }
    differences.num_tasks += differences.values.size() > before ? 1 : 0;
  }
  return differences;
}

Verdict of_differences(const Claim& claim, const TableResult& result) {
  const Differences differences = differences_of(claim, result);
  const std::size_t count = differences.values.size();
  const std::optional<double> mean = statistics::mean_of(differences.values);
  if (!mean) return {"not run", "no pair of finished runs"};
  std::string evidence = fmt::format("mean difference {:+.4g}", *mean - claim.margin);
  if (claim.margin > 0) evidence += fmt::format(" against a limit of {:+.4g}", -claim.margin);
  evidence += fmt::format(" over {} pair{} on {} task{}", count, count == 1 ? "" : "s", differences.num_tasks,
                          differences.num_tasks == 1 ? "" : "s");
  if (differences.num_missing > 0) evidence += fmt::format(", {} without a figure", differences.num_missing);
  const auto p = one_sided_p(differences.values);
  if (!p) return {"not shown", evidence + "; one pair is no test"};
  evidence += fmt::format("; paired t-test, one-sided p = {:.3g}", *p);
  return {*p < kLevel ? "shown" : *p > 1 - kLevel ? "reversed" : "not shown", evidence};
}

struct Counts {
  std::int64_t diverged = 0, all = 0;
};

Counts count_diverged(const Claim& claim, const TableResult& result, const std::string& setting) {
  Counts counts;
  for (const std::string& task : tasks_of(claim, result))
    if (const RowResult* row = result.row(task, setting))
      for (const SeedResult& seed : row->seeds) {
        counts.all += seed.record ? 1 : 0;
        counts.diverged += seed.diverged() ? 1 : 0;
      }
  return counts;
}

Verdict of_divergence(const Claim& claim, const TableResult& result) {
  const Counts of = count_diverged(claim, result, claim.diverges);
  const Counts other = count_diverged(claim, result, claim.otherwise);
  if (of.all == 0 || other.all == 0) return {"not run", "no finished runs of both"};
  const std::string evidence = fmt::format("{} of {} runs of {} diverge, {} of {} of {}", of.diverged, of.all,
                                           claim.diverges, other.diverged, other.all, claim.otherwise);
  if (2 * of.diverged > of.all && other.diverged == 0) return {"shown", evidence};
  if (2 * other.diverged > other.all && of.diverged == 0) return {"reversed", evidence};
  return {"not shown", evidence};
}

}  // namespace

Verdict verdict_of(const Claim& claim, const TableResult& result) {
  return claim.diverges.empty() ? of_differences(claim, result) : of_divergence(claim, result);
}

}  // namespace ampa::paper
