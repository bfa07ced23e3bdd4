#include "study/confirmation.h"

#include <algorithm>

#include "study/ranking.h"

namespace ampa::study {
namespace {

constexpr double kLevel = 0.05;

// Ranked by this where the metric's loss is bounded: the first objective that is something else.
std::optional<std::size_t> saving_of(const StudySpec& spec) {
  if (!spec.max_loss()) return std::nullopt;
  for (std::size_t k = 0; k < spec.objectives.size(); ++k)
    if (spec.objectives[k].info->name != "metric") return k;
  return std::nullopt;
}

// Whether the runs of two settings came to the same figures with every seed of the study, as settings of Thr do that
// never held a layer back: confirming both would say one thing twice.
bool ran_alike(const StudySpec& spec, const History& history, std::size_t x, std::size_t y) {
  return std::all_of(spec.seeds.begin(), spec.seeds.end(), [&](std::uint64_t seed) {
    const RunResult* of_x = history.find(x, seed, spec.epochs());
    const RunResult* of_y = history.find(y, seed, spec.epochs());
    return of_x != nullptr && of_y != nullptr && of_x->objectives == of_y->objectives && of_x->metric == of_y->metric &&
           of_x->test_metric == of_y->test_metric;
  });
}

}  // namespace

bool Confirmed::meets(const StudySpec& spec) const {
  if (is_ruled_out || test_metric.empty()) return false;
  return !spec.max_loss() || (p && *p < kLevel);
}

std::vector<std::uint64_t> Confirmation::seeds(std::int64_t first, std::int64_t count) const {
  std::vector<std::uint64_t> list;
  for (std::int64_t i = first; i < first + count; ++i)
    list.push_back(static_cast<std::uint64_t>(spec_.confirm.first_seed + i));
  return list;
}

std::vector<std::size_t> Confirmation::best(const History& history, const std::vector<std::size_t>& searched,
                                            std::optional<std::size_t> reference) const {
  std::vector<std::size_t> settings;
  std::vector<statistics::Point> points;
  for (const std::size_t setting : searched) {
    const auto figures = history.figures(setting, spec_.epochs(), reference);
    if (!figures || !figures->meets || setting == reference) continue;
    if (std::any_of(settings.begin(), settings.end(),
                    [&](std::size_t other) { return ran_alike(spec_, history, setting, other); }))
      continue;
    settings.push_back(setting);
    points.push_back(turned(spec_, history.metric(), figures->mean));
  }
  std::vector<std::size_t> order = best_first(points, static_cast<std::size_t>(spec_.confirm.settings));
  if (const auto saving = saving_of(spec_))
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return points[x][*saving] > points[y][*saving]; });
  std::vector<std::size_t> best;
  for (const std::size_t i : order) best.push_back(settings[i]);
  return best;
}

Confirmation::Runs Confirmation::next(const History& history, const std::vector<std::size_t>& searched,
                                      std::optional<std::size_t> reference) {
  Runs runs;
  std::int64_t more = 0;
  if (chosen_.empty()) {
    chosen_ = best(history, searched, reference);
    chosen_.resize(std::min(chosen_.size(), static_cast<std::size_t>(spec_.confirm.settings)));
    if (!chosen_.empty()) more = spec_.confirm.seeds;
  } else {
    const std::vector<Confirmed> found = results(history, reference);
    const bool may_decide = std::any_of(found.begin(), found.end(), [&](const Confirmed& confirmed) {
      return !confirmed.is_ruled_out && !confirmed.meets(spec_) && confirmed.seeds_needed &&
             *confirmed.seeds_needed <= spec_.confirm.max_seeds;
    });
    if (may_decide) more = std::min(spec_.confirm.seeds, spec_.confirm.max_seeds - num_seeds_);
  }
  if (more <= 0) return runs;
  runs.settings = chosen_;
  if (reference) runs.settings.push_back(*reference);
  runs.seeds = seeds(num_seeds_, more);
  num_seeds_ += more;
  return runs;
}

std::vector<Confirmed> Confirmation::results(const History& history, std::optional<std::size_t> reference) const {
  std::vector<Confirmed> list;
  const std::int64_t epochs = spec_.epochs();
  for (const std::size_t setting : chosen_) {
    Confirmed confirmed;
    confirmed.setting = setting;
    confirmed.is_ruled_out = history.is_ruled_out(setting);
    confirmed.objectives.resize(spec_.objectives.size());
    std::vector<double> losses;
    for (const std::uint64_t seed : seeds(0, num_seeds_)) {
      const RunResult* own = history.find(setting, seed, epochs);
      if (own == nullptr || !own->test_metric) continue;
      confirmed.test_metric.push_back(*own->test_metric);
      for (std::size_t k = 0; k < own->objectives.size(); ++k)
        if (own->objectives[k]) confirmed.objectives[k].push_back(*own->objectives[k]);
      const RunResult* other = reference ? history.find(*reference, seed, epochs) : nullptr;
      if (other != nullptr && other->test_metric)
        losses.push_back(shortfall(history.metric(), *own->test_metric, *other->test_metric));
    }
    if (!losses.empty()) {
      const std::optional<double> limit = spec_.max_loss();
      confirmed.loss = statistics::test_loss(losses, limit.value_or(0));
      if (limit) confirmed.p = confirmed.loss->p;
      if (limit && confirmed.loss->std_dev)
        confirmed.seeds_needed = statistics::seeds_needed(confirmed.loss->mean, *confirmed.loss->std_dev, *limit);
    }
    list.push_back(std::move(confirmed));
  }
  std::vector<std::optional<double>*> p;
  for (Confirmed& confirmed : list) p.push_back(&confirmed.p);
  statistics::correct_for_many(p);
  return list;
}

}  // namespace ampa::study
