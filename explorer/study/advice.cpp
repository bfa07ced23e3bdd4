#include "study/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/error.h"
#include "statistics/mean_interval.h"
#include "study/paired_losses.h"

namespace ampa::study {
namespace {

constexpr double kLevel = 0.05;

struct Runs {
  std::vector<const StudyTrial*> searched, confirmed;  // completed
};

class Adviser {
 public:
  Adviser(const StudyTrials& study, const Target& target) : study_(study), target_(target) {
    for (const StudyTrial& of : study.trials) {
      if (of.stage == "fidelity" || of.trial.status != "completed" || !of.trial.final_metric) continue;
      Runs& runs = runs_[of.trial.label];
      (of.stage == "confirm" ? runs.confirmed : runs.searched).push_back(&of);
    }
    if (target.max_metric_loss && study.reference.empty())
      throw InputError("--max-metric-loss: expected a study with baselines, to lose against, found none");
    advice_.reference = study.reference;
    advice_.point = target.point.empty() && !study.spec.points.empty() ? study.spec.points.front() : target.point;
    const auto& points = study.spec.points;
    const bool on_point = target.max_cycles || target.max_lut_seconds || target.max_energy || !target.point.empty();
    if (on_point && std::find(points.begin(), points.end(), advice_.point) == points.end())
      throw InputError(fmt::format("--point: expected one of the study's points ({}), found \"{}\"",
                                   fmt::join(points, ", "), advice_.point));
    if (!advice_.point.empty()) lut_seconds_ = figure_on_point("lut_seconds", Json::object());
    if (target.max_energy) energy_ = energy_objective();
  }

  Advice advise() {
    for (const auto& [label, runs] : runs_) {
      if (runs.searched.size() < study_.spec.seeds.size() || runs.searched.front()->trial.baseline) continue;
      ++advice_.num_complete;
      advice_.num_confirmed += runs.confirmed.empty() ? 0 : 1;
      advice_.settings.push_back(setting_of(label, runs));
    }
    auto& settings = advice_.settings;
    std::vector<std::optional<double>*> p;
    for (AdvisedSetting& setting : settings) p.push_back(&setting.p);
    statistics::correct_for_many(p);
    for (AdvisedSetting& setting : settings) stand(setting);
    settings.erase(std::remove_if(settings.begin(), settings.end(), [&](const AdvisedSetting& x) { return !meets(x); }),
                   settings.end());
    std::stable_sort(settings.begin(), settings.end(), [&](const AdvisedSetting& x, const AdvisedSetting& y) {
      return x.standing != y.standing ? x.standing < y.standing : worth(x) > worth(y);
    });
    return std::move(advice_);
  }

 private:
  AdvisedSetting setting_of(const std::string& label, const Runs& runs) const {
    AdvisedSetting setting;
    setting.label = label;
    setting.settings = runs.searched.front()->settings;
    setting.num_seeds = static_cast<std::int64_t>(runs.searched.size());
    std::vector<double> metric, rr, cycles, lut_seconds, energy;
    for (const StudyTrial* of : runs.searched) {
      metric.push_back(metric_of(of->trial, false));
      if (of->trial.bitops_reduction_percent) rr.push_back(*of->trial.bitops_reduction_percent);
      for (const sweep::PointCycles& costed : of->trial.cycles)
        if (costed.point == advice_.point) {
          cycles.push_back(static_cast<double>(costed.total.total()));
          if (const auto value = value_of(lut_seconds_, of->trial)) lut_seconds.push_back(*value);
        }
      if (const auto value = value_of(energy_, of->trial)) energy.push_back(*value);
    }
    setting.metric = *statistics::mean_of(metric);
    setting.rr_percent = statistics::mean_of(rr);
    setting.cycles = statistics::mean_of(cycles);
    setting.lut_seconds = statistics::mean_of(lut_seconds);
    setting.energy = statistics::mean_of(energy);
    const auto reference = runs_.find(study_.reference);
    if (reference == runs_.end()) return setting;
    setting.searched = loss(runs.searched, reference->second.searched, false);
    setting.confirmed = loss(runs.confirmed, reference->second.confirmed, true);
    if (target_.max_metric_loss && setting.confirmed) setting.p = setting.confirmed->p;
    const auto& known = setting.confirmed ? setting.confirmed : setting.searched;
    if (target_.max_metric_loss && known && known->std_dev)
      if (const auto needed = statistics::seeds_needed(known->mean, *known->std_dev, *target_.max_metric_loss))
        setting.more_seeds = std::max<std::int64_t>(1, *needed - (setting.confirmed ? known->count : 0));
    return setting;
  }

  // The study's own figure of that name on the advice's point, unless settings of its own are given.
  Objective figure_on_point(const char* name, const Json& own) const {
    const auto is_it = [&](const Objective& objective) {
      return own.empty() && objective.info->name == name && objective.point == advice_.point;
    };
    for (const Objective& objective : study_.spec.objectives)
      if (is_it(objective)) return objective;
    for (const Constraint& constraint : study_.spec.constraints)
      if (constraint.what && is_it(*constraint.what)) return *constraint.what;
    Json json = {{"of", name}, {"point", advice_.point}};
    json.update(own);
    JsonReader reader(json, name);
    return read_objective(reader);
  }

  Objective energy_objective() const {
    Objective objective = figure_on_point("energy", target_.energy);
    if (objective.values.at("table").get<std::string>().empty())
      throw InputError(fmt::format(
          "--energy: expected a table of energies (docs/platform.md), as the study has none for {}, found none",
          advice_.point));
    return objective;
  }

  std::optional<double> value_of(const std::optional<Objective>& objective, const sweep::TrialSummary& trial) const {
    if (!objective) return std::nullopt;
    return objective->value({trial, [&] { return study_.record(trial); }});
  }

  std::optional<statistics::PairedTest> loss(const std::vector<const StudyTrial*>& own,
                                             const std::vector<const StudyTrial*>& others, bool is_confirmed) const {
    const std::vector<double> losses = paired_losses(study_.metric, own, others, is_confirmed);
    if (losses.empty()) return std::nullopt;
    return statistics::test_loss(losses, target_.max_metric_loss.value_or(0));
  }

  void stand(AdvisedSetting& setting) const {
    if (!setting.confirmed) return;
    setting.standing = setting.p && *setting.p < kLevel ? Standing::kShown : Standing::kConfirmed;
    if (setting.standing == Standing::kShown) setting.more_seeds.reset();
  }

  // What unseen seeds say counts before what the search saw.
  bool meets(const AdvisedSetting& setting) const {
    const auto& loss = setting.confirmed ? setting.confirmed : setting.searched;
    if (target_.max_metric_loss && !(loss && loss->mean <= *target_.max_metric_loss)) return false;
    if (target_.min_rr_percent && !(setting.rr_percent && *setting.rr_percent >= *target_.min_rr_percent)) return false;
    if (target_.max_cycles && !(setting.cycles && *setting.cycles <= *target_.max_cycles)) return false;
    if (target_.max_energy && !(setting.energy && *setting.energy <= *target_.max_energy)) return false;
    return !target_.max_lut_seconds || (setting.lut_seconds && *setting.lut_seconds <= *target_.max_lut_seconds);
  }

  double worth(const AdvisedSetting& setting) const {
    if (target_.max_cycles) return -*setting.cycles;
    if (target_.max_lut_seconds) return -*setting.lut_seconds;
    if (target_.max_energy) return -*setting.energy;
    if (target_.max_metric_loss && setting.rr_percent) return *setting.rr_percent;
    return study_.metric.larger_is_better ? setting.metric : -setting.metric;
  }

  const StudyTrials& study_;
  const Target& target_;
  std::optional<Objective> lut_seconds_, energy_;  // on the advice's point
  std::map<std::string, Runs> runs_;               // by label
  Advice advice_;
};

}  // namespace

Advice advise(const StudyTrials& study, const Target& target) {
  return Adviser(study, target).advise();
}

}  // namespace ampa::study
