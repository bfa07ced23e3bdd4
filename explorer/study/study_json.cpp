#include "study/study_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "statistics/blocked_anova.h"
#include "statistics/bootstrap.h"
#include "statistics/hypervolume.h"
#include "study/ranking.h"
#include "sweep/statistics.h"

namespace ampa::study {
namespace {

Json optional_json(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

// A setting that was run to the end with all seeds.
struct Complete {
  std::size_t setting = 0;
  SettingFigures figures;
};

class Summary {
 public:
  explicit Summary(const StudyState& state) : state_(state), spec_(state.spec), history_(state.engine.history()) {
    for (const std::size_t setting : state.engine.searched())
      if (auto figures = history_.figures(setting, spec_.epochs(), state.engine.reference()))
        complete_.push_back({setting, std::move(*figures)});
  }

  Json json() const {
    Json results;
    results["name"] = spec_.name;
    results["end"] = state_.end.empty() ? Json(nullptr) : Json(state_.end);
    results["metric"] = record::to_json(history_.metric());
    results["objectives"] = Json::array();
    for (const Objective& objective : spec_.objectives) results["objectives"].push_back(objective_json(objective));
    results["constraints"] = Json::array();
    for (const Constraint& constraint : spec_.constraints) results["constraints"].push_back(constraint.words());
    results["sampler"] = spec_.sampler;
    results["num_combinations"] = state_.lattice.setting_of.size();
    results["num_distinct"] = state_.lattice.num_candidates;
    results["num_decisions"] = state_.num_decisions;
    results["num_runs"] = state_.trials.size();
    results["num_epochs"] = num_epochs();
    results["settings"] = settings_json();
    results["fidelities"] = fidelities_json();
    results["differences"] = differences_json();
    results["importance"] = importance_json();
    results["hypervolume"] = hypervolume_json();
    results["reference"] = state_.engine.reference() ? Json(label(*state_.engine.reference())) : Json(nullptr);
    results["confirmed"] = confirmed_json();
    results["figures"] = figures_json();
    results["trials"] = Json::array();
    for (const sweep::TrialSummary& trial : state_.trials) results["trials"].push_back(sweep::to_json(trial));
    return {{"schema_version", kStudySummaryVersion},
            {"context", state_.context},
            {"config", spec_.json},
            {"results", results}};
  }

 private:
  const std::string& label(std::size_t setting) const { return state_.lattice.settings[setting].label; }

  Json objective_json(const Objective& objective) const {
    return {{"of", objective.info->name},
            {"point", objective.point.empty() ? Json(nullptr) : Json(objective.point)},
            {"unit", objective.info->name == "metric" ? history_.metric().unit : objective.info->unit},
            {"larger_is_better", objective.larger_is_better(history_.metric())}};
  }

  std::int64_t num_epochs() const {
    std::int64_t sum = 0;
    for (const sweep::TrialSummary& trial : state_.trials) sum += trial.num_epochs;
    return sum;
  }

  // Of the complete settings that meet the constraints.
  std::vector<bool> on_front() const {
    std::vector<std::size_t> places;
    std::vector<statistics::Point> points;
    for (std::size_t i = 0; i < complete_.size(); ++i)
      if (complete_[i].figures.meets) {
        places.push_back(i);
        points.push_back(turned(spec_, history_.metric(), complete_[i].figures.mean));
      }
    std::vector<bool> front(complete_.size(), false);
    const std::vector<int> ranks = statistics::domination_ranks(points);
    for (std::size_t i = 0; i < places.size(); ++i) front[places[i]] = ranks[i] == 0;
    return front;
  }

  Json settings_json() const {
    const std::vector<bool> front = on_front();
    std::unordered_map<std::size_t, std::size_t> places;  // in complete_
    for (std::size_t i = 0; i < complete_.size(); ++i) places.emplace(complete_[i].setting, i);
    Json list = Json::array();
    for (const std::size_t setting : state_.engine.searched()) {
      const sweep::TrialSummary& trial = state_.lattice.settings[setting];
      Json config = trial.config;
      config.erase("seed");
      Json json = {{"id", trial.setting},
                   {"label", trial.label},
                   {"same_runs", trial.same_runs},
                   {"baseline", trial.baseline},
                   {"config", config}};
      const auto found = places.find(setting);
      json["status"] = found != places.end() ? "complete" : history_.is_ruled_out(setting) ? "ruled out" : "partial";
      json["objectives"] = Json::array();
      json["meets"] = nullptr;
      json["on_front"] = false;
      if (found != places.end()) {
        const SettingFigures& of_seeds = complete_[found->second].figures;
        for (const std::vector<double>& by_seed : of_seeds.by_seed) {
          Json figures = sweep::to_json(sweep::statistics_of(by_seed));
          figures["by_seed"] = by_seed;
          json["objectives"].push_back(std::move(figures));
        }
        json["meets"] = of_seeds.meets;
        json["on_front"] = bool{front[found->second]};
      }
      list.push_back(std::move(json));
    }
    return list;
  }

  // The objectives of every run that was run to the end, by its id: for readers that lack what they were made from.
  Json figures_json() const {
    std::map<std::string, Json> figures;
    for (const RunResult& result : history_.results()) {
      if (!result.completed) continue;
      Json values = Json::array();
      for (const std::optional<double>& value : result.objectives) values.push_back(optional_json(value));
      figures[result.trial] = std::move(values);
    }
    return Json(figures);
  }

  Json fidelities_json() const {
    Json list = Json::array();
    for (std::size_t i = 0; i < spec_.fidelities.size(); ++i) {
      const FidelityAgreement agreement = state_.engine.fidelities().agreement(i, history_);
      const bool is_known = agreement.num_shared > 1;
      list.push_back({{"base", spec_.fidelities[i].base},
                      {"num_settings", agreement.num_tried},
                      {"num_promoted", agreement.num_promoted},
                      {"num_shared", agreement.num_shared},
                      {"tau", is_known ? Json(agreement.tau) : Json(nullptr)},
                      {"low", is_known ? Json(agreement.interval.low) : Json(nullptr)},
                      {"high", is_known ? Json(agreement.interval.high) : Json(nullptr)},
                      {"is_off", state_.engine.fidelities().is_off(i)}});
    }
    return list;
  }

  // Of the candidates, without the baselines.
  std::vector<std::vector<double>> table(std::size_t objective) const {
    std::vector<std::vector<double>> rows;
    for (const Complete& complete : complete_)
      if (complete.setting < state_.lattice.num_candidates) rows.push_back(complete.figures.by_seed[objective]);
    return rows;
  }

  Json differences_json() const {
    Json list = Json::array();
    for (std::size_t k = 0; k < spec_.objectives.size(); ++k) {
      const auto anova = statistics::blocked_anova(table(k));
      list.push_back(anova ? Json({{"f", optional_json(anova->f)},
                                   {"p", anova->p},
                                   {"residual_std_dev", anova->residual_std_dev},
                                   {"is_noise", anova->is_noise()}})
                           : Json(nullptr));
    }
    return list;
  }

  // Of each dimension: the share of the variance between settings that it explains alone, with an interval over seeds.
  Json importance_json() const {
    Json list = Json::array();
    for (const Dimension& dimension : spec_.space.dimensions) {
      std::vector<std::size_t> levels;
      for (const Complete& complete : complete_)
        if (complete.setting < state_.lattice.num_candidates)
          levels.push_back(level_of(dimension, state_.lattice.settings[complete.setting].config.at(dimension.key)));
      Json shares = Json::array();
      for (std::size_t k = 0; k < spec_.objectives.size(); ++k) {
        const std::vector<std::vector<double>> rows = table(k);
        const statistics::Interval interval = statistics::bootstrap(
            spec_.seeds.size(),
            [&](const std::vector<std::size_t>& sample) {
              return statistics::share_explained(drawn(rows, sample), levels);
            },
            1, 200);
        shares.push_back(
            {{"share", statistics::share_explained(rows, levels)}, {"low", interval.low}, {"high", interval.high}});
      }
      list.push_back({{"key", dimension.key}, {"objectives", shares}});
    }
    return list;
  }

  static std::size_t level_of(const Dimension& dimension, const Json& value) {
    const auto found = std::find(dimension.values.begin(), dimension.values.end(), value);
    return static_cast<std::size_t>(found - dimension.values.begin());  // one behind the last: left at its default
  }

  static std::vector<std::vector<double>> drawn(const std::vector<std::vector<double>>& rows,
                                                const std::vector<std::size_t>& seeds) {
    std::vector<std::vector<double>> drawn;
    for (const std::vector<double>& row : rows) {
      drawn.emplace_back();
      for (const std::size_t seed : seeds) drawn.back().push_back(row[seed]);
    }
    return drawn;
  }

  Json hypervolume_json() const {
    std::vector<const Complete*> counted;
    for (const Complete& complete : complete_)
      if (complete.figures.meets) counted.push_back(&complete);
    if (counted.empty()) return nullptr;
    std::vector<statistics::Point> points;
    for (const Complete* complete : counted) points.push_back(turned(spec_, history_.metric(), complete->figures.mean));
    const statistics::Point reference = reference_below(points);
    const auto of_seeds = [&](const std::vector<std::size_t>& seeds) {
      std::vector<statistics::Point> means;
      for (const Complete* complete : counted) {
        std::vector<double> mean;
        for (const std::vector<double>& by_seed : complete->figures.by_seed) {
          double sum = 0;
          for (const std::size_t seed : seeds) sum += by_seed[seed];
          mean.push_back(sum / static_cast<double>(seeds.size()));
        }
        means.push_back(turned(spec_, history_.metric(), mean));
      }
      return statistics::hypervolume(means, reference);
    };
    const statistics::Interval interval = statistics::bootstrap(spec_.seeds.size(), of_seeds, 1, 200);
    return {{"value", statistics::hypervolume(points, reference)},
            {"low", interval.low},
            {"high", interval.high},
            {"reference", turned(spec_, history_.metric(), reference)}};
  }

  Json confirmed_json() const {
    Json list = Json::array();
    for (const Confirmed& confirmed : state_.engine.confirmation().results(history_, state_.engine.reference())) {
      Json json = {{"label", label(confirmed.setting)},
                   {"id", state_.lattice.settings[confirmed.setting].setting},
                   {"meets", confirmed.meets(spec_)},
                   {"test_metric", sweep::to_json(sweep::statistics_of(confirmed.test_metric))}};
      json["objectives"] = Json::array();
      for (const std::vector<double>& values : confirmed.objectives)
        json["objectives"].push_back(sweep::to_json(sweep::statistics_of(values)));
      json["loss"] = nullptr;
      if (confirmed.loss)
        json["loss"] = {{"seeds", confirmed.loss->count},
                        {"mean", confirmed.loss->mean},
                        {"std_dev", optional_json(confirmed.loss->std_dev)},
                        {"at_most", optional_json(confirmed.loss->at_most)},
                        {"p", optional_json(confirmed.p)}};
      json["seeds_needed"] = confirmed.seeds_needed ? Json(*confirmed.seeds_needed) : Json(nullptr);
      list.push_back(std::move(json));
    }
    return list;
  }

  const StudyState& state_;
  const StudySpec& spec_;
  const History& history_;
  std::vector<Complete> complete_;
};

}  // namespace

Json study_json(const StudyState& state) {
  return Summary(state).json();
}

}  // namespace ampa::study
