#include "report/study_data.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "report/chart_numbers.h"
#include "report/figures.h"
#include "statistics/hypervolume.h"

namespace ampa::report {
namespace {

// A complete setting of the search.
struct Complete {
  std::string id;
  bool meets = false;
  double metric = 0;        // the first objective that is one
  statistics::Point point;  // the objectives' means, the larger the better
  std::size_t num_missing = 0;
};

class Progress {
 public:
  explicit Progress(const ReportInput& input) : results_(input.study->summary.at("results")) {
    for (const Json& objective : results_.at("objectives"))
      signs_.push_back(objective.at("larger_is_better").get<bool>() ? 1 : -1);
    metric_ = place_of_metric();
    std::unordered_map<std::string, std::size_t> places;
    for (const Json& setting : results_.at("settings"))
      if (setting.at("status") == "complete") {
        places.emplace(setting.at("id").get<std::string>(), complete_.size());
        complete_.push_back(complete(setting));
      }
    for (const sweep::TrialSummary& trial : input.summary.trials) {
      const auto found = places.find(trial.setting);
      if (found == places.end() || !counts(input, trial)) continue;
      ends_.emplace(trial.id + '@' + std::to_string(trial.num_epochs), found->second);
      ++complete_[found->second].num_missing;
    }
    if (!results_.at("hypervolume").is_null())
      reference_ = turned(results_.at("hypervolume").at("reference").get<statistics::Point>());
  }

  Json json(const std::vector<Json>& decisions) {
    Json list = Json::array();
    for (const Json& decision : decisions) {
      Json done = Json::array();
      for (const Json& result : decision.at("based_on")) add(result.get<std::string>(), done);
      list.push_back({{"decision", decision.at("decision")},
                      {"runs", epochs_of_.size()},
                      {"epochs", num_epochs_},
                      {"metric", best_ ? rounded(*best_) : Json(nullptr)},
                      {"hypervolume", front_.empty() ? Json(nullptr) : Json(hypervolume())},
                      {"done", done}});
    }
    return list;
  }

 private:
  statistics::Point turned(statistics::Point point) const {
    for (std::size_t k = 0; k < point.size(); ++k) point[k] *= signs_[k];
    return point;
  }

  std::optional<std::size_t> place_of_metric() const {
    const Json& objectives = results_.at("objectives");
    for (std::size_t k = 0; k < objectives.size(); ++k)
      if (objectives[k].at("of") == "metric") return k;
    return std::nullopt;
  }

  Complete complete(const Json& setting) const {
    Complete result;
    result.id = setting.at("id").get<std::string>();
    result.meets = setting.at("meets") == true;
    statistics::Point mean;
    for (const Json& figures : setting.at("objectives")) mean.push_back(figures.at("mean").get<double>());
    if (metric_) result.metric = mean[*metric_];
    result.point = turned(mean);
    return result;
  }

  void add(const std::string& result, Json& done) {
    const std::size_t at = result.rfind('@');
    const std::int64_t epochs = std::stoll(result.substr(at + 1));
    std::int64_t& known = epochs_of_[result.substr(0, at)];
    num_epochs_ += std::max<std::int64_t>(0, epochs - known);
    known = std::max(known, epochs);
    const auto found = ends_.find(result);
    if (found == ends_.end() || --complete_[found->second].num_missing > 0) return;
    const Complete& setting = complete_[found->second];
    done.push_back(setting.id);
    if (!setting.meets) return;
    if (metric_ && (!best_ || (setting.metric - *best_) * signs_[*metric_] > 0)) best_ = setting.metric;
    keep(setting.point);
  }

  // Points that another one dominates add nothing.
  void keep(const statistics::Point& point) {
    front_.push_back(point);
    const std::vector<int> ranks = statistics::domination_ranks(front_);
    std::vector<statistics::Point> kept;
    for (std::size_t i = 0; i < front_.size(); ++i)
      if (ranks[i] == 0) kept.push_back(front_[i]);
    front_ = std::move(kept);
  }

  double hypervolume() const { return statistics::hypervolume(front_, reference_); }

  const Json& results_;
  std::vector<int> signs_;
  std::optional<std::size_t> metric_;
  std::vector<Complete> complete_;
  std::unordered_map<std::string, std::size_t> ends_;  // of the last results of the search, "TRIAL@EPOCHS"
  statistics::Point reference_;
  std::unordered_map<std::string, std::int64_t> epochs_of_;  // of the trials
  std::int64_t num_epochs_ = 0;
  std::optional<double> best_;
  std::vector<statistics::Point> front_;
};

Json confirmed_json(const Json& confirmed) {
  const Json& test = confirmed.at("test_metric");
  const Json& std_dev = test.at("std");
  const std::optional<double> half =
      half_width(test.at("count").get<std::size_t>(),
                 std_dev.is_null() ? std::nullopt : std::optional<double>(std_dev.get<double>()));
  return {{"meets", confirmed.at("meets")},
          {"mean", rounded(test.at("mean").get<double>())},
          {"half", half ? rounded(*half) : Json(nullptr)},
          {"seeds", test.at("count")},
          {"loss", confirmed.at("loss")},
          {"seeds_needed", confirmed.at("seeds_needed")}};
}

}  // namespace

bool is_confirming(const StudyFacts& study, const sweep::TrialSummary& trial) {
  const Json seeds = study.summary.at("config").value("seeds", Json::array({1}));
  return std::find(seeds.begin(), seeds.end(), trial.config.at("seed")) == seeds.end();
}

Json progress_json(const ReportInput& input) {
  return Progress(input).json(input.study->decisions);
}

Json rungs_json(const StudyFacts& study) {
  std::map<std::string, std::set<std::int64_t>> epochs_of;
  for (const Json& decision : study.decisions)
    for (const Json& job : decision.at("jobs"))
      if (job.at("why") != "fidelity")
        epochs_of[job.at("trial").get<std::string>()].insert(job.at("until_epoch").get<std::int64_t>());
  return Json(epochs_of);
}

Json fidelities_json(const StudyFacts& study) {
  Json list = study.summary.at("results").value("fidelities", Json::array());
  for (Json& fidelity : list) {
    if (!fidelity.contains("num_promoted")) fidelity["num_promoted"] = nullptr;
    for (const char* figure : {"tau", "low", "high"})
      if (!fidelity.at(figure).is_null()) fidelity[figure] = rounded(fidelity.at(figure).get<double>());
  }
  return list;
}

Json verdicts_json(const StudyFacts& study) {
  const Json& results = study.summary.at("results");
  Json verdicts = Json::object();
  for (const Json& setting : results.at("settings")) {
    Json json = {{"status", setting.at("status")}, {"meets", setting.at("meets")}, {"confirmed", nullptr}};
    json["figures"] = Json::object();
    for (std::size_t k = 0; k < setting.at("objectives").size(); ++k)
      json["figures"][figure_key(results.at("objectives")[k])] =
          spread_json(setting.at("objectives")[k].at("by_seed").get<std::vector<double>>());
    verdicts[setting.at("id").get<std::string>()] = std::move(json);
  }
  for (const Json& confirmed : results.at("confirmed"))
    verdicts[confirmed.at("id").get<std::string>()]["confirmed"] = confirmed_json(confirmed);
  return verdicts;
}

}  // namespace ampa::report
