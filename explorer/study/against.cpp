#include "study/against.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "statistics/paired_test.h"
#include "study/paired_losses.h"

namespace ampa::study {
namespace {

constexpr double kRounding = 1e-9;  // percent of RR

std::vector<const StudyTrial*> all_runs(const SettingRuns& runs) {
  std::vector<const StudyTrial*> list = runs.searched;
  list.insert(list.end(), runs.confirmed.begin(), runs.confirmed.end());
  return list;
}

const sweep::PointCycles* cycles_on(const StudyTrial& of, const std::string& point) {
  for (const sweep::PointCycles& cycles : of.trial.cycles)
    if (cycles.point == point) return &cycles;
  return nullptr;
}

double fewer(const sweep::PointCycles& own, std::int64_t than) {
  return 100 * (1 - static_cast<double>(own.total.total()) / static_cast<double>(than));
}

std::vector<CyclesAgainst> compare_cycles(const SettingRuns& setting, const SettingRuns& scheme) {
  std::vector<CyclesAgainst> points;
  for (const sweep::PointCycles& costed : scheme.first().cycles) {
    std::vector<double> paired, of_setting, of_scheme;
    for (const StudyTrial* own : all_runs(setting))
      for (const StudyTrial* other : all_runs(scheme)) {
        const sweep::PointCycles* x = cycles_on(*own, costed.point);
        const sweep::PointCycles* y = cycles_on(*other, costed.point);
        if (own->trial.config.at("seed") != other->trial.config.at("seed") || x == nullptr || y == nullptr) continue;
        paired.push_back(fewer(*x, y->total.total()));
        of_setting.push_back(fewer(*x, x->int8_total.total()));
        of_scheme.push_back(fewer(*y, y->int8_total.total()));
      }
    if (paired.empty()) continue;
    points.push_back({costed.point, statistics::mean_interval(paired), statistics::mean_interval(of_setting).mean,
                      statistics::mean_interval(of_scheme).mean});
  }
  return points;
}

SettingAgainst compare(const Metric& metric, const SettingRuns& setting, const SettingRuns& scheme, double rr) {
  SettingAgainst result;
  result.label = setting.first().label;
  result.rr_percent = rr;
  std::vector<double> losses = paired_losses(metric, setting.confirmed, scheme.confirmed, true);
  result.is_confirmed = !losses.empty();
  if (!result.is_confirmed) losses = paired_losses(metric, setting.searched, scheme.searched, false);
  if (!losses.empty()) {
    result.p = statistics::test_loss(losses, 0).p;
    for (double& loss : losses) loss = -loss;
    result.lead = statistics::mean_interval(losses);
  }
  result.points = compare_cycles(setting, scheme);
  return result;
}

double lead_of(const SettingAgainst& setting) {
  return setting.lead ? setting.lead->mean : -INFINITY;
}

TaskAgainst compare_task(const TaskRuns& task, const SettingRuns& scheme, double rr) {
  TaskAgainst result;
  result.words = task.words();
  result.metric = task.metric;
  result.scheme = scheme.first().scheme();
  result.rr_percent = rr;
  result.num_seeds = static_cast<std::int64_t>(all_runs(scheme).size());
  const SettingRuns* closest = nullptr;
  double closest_rr = -INFINITY;
  for (const SettingRuns* setting : task.others(&scheme)) {
    const std::vector<double> values = setting->rr_percent();
    if (values.empty() || setting->has_diverged) continue;
    ++result.num_settings;
    const double own = statistics::mean_interval(values).mean;
    if (own + kRounding >= rr) {
      result.settings.push_back(compare(task.metric, *setting, scheme, own));
    } else if (own > closest_rr) {
      closest = setting;
      closest_rr = own;
    }
  }
  result.is_matched = !result.settings.empty();
  if (!result.is_matched && closest != nullptr)
    result.settings.push_back(compare(task.metric, *closest, scheme, closest_rr));
  std::vector<std::optional<double>*> p;
  for (SettingAgainst& setting : result.settings) p.push_back(&setting.p);
  statistics::correct_for_many(p);
  std::stable_sort(result.settings.begin(), result.settings.end(),
                   [](const SettingAgainst& x, const SettingAgainst& y) { return lead_of(x) > lead_of(y); });
  return result;
}

}  // namespace

std::vector<TaskAgainst> against(const std::vector<RunSource>& sources, const std::string& scheme) {
  std::vector<TaskAgainst> list;
  for (const TaskRuns& task : runs_by_task(sources)) {
    const SettingRuns* runs = task.of_scheme(scheme);
    if (runs == nullptr) continue;
    const std::vector<double> rr = runs->rr_percent();
    if (rr.empty())
      throw InputError(
          fmt::format("--against: expected a scheme whose bit operations can be matched, found {}", scheme));
    list.push_back(compare_task(task, *runs, statistics::mean_interval(rr).mean));
  }
  if (list.empty())
    throw InputError(
        fmt::format("--against: expected a scheme with completed runs in the folder, found none of {} "
                    "(add it to `baselines`)",
                    scheme));
  return list;
}

}  // namespace ampa::study
