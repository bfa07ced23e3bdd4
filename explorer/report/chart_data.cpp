#include <cmath>

#include "cost/core_cost.h"
#include "cost/run_cost.h"
#include "report/report.h"

namespace ampa::report {
namespace {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json setting_json(const sweep::SettingSummary& setting) {
  Json json;
  json["id"] = setting.id;
  json["task"] = setting.task;
  json["label"] = setting.label;
  json["scheme"] = setting.scheme;
  json["num_completed"] = setting.num_completed;
  json["metric"] = sweep::to_json(setting.final_metric);
  json["loss"] = sweep::to_json(setting.train_loss);
  json["rr"] = sweep::to_json(setting.bitops_reduction_percent);
  json["bitops"] = sweep::to_json(setting.bitops_per_image);
  json["range"] = nullptr;
  if (setting.estimated_reduction)
    json["range"] = {setting.estimated_reduction->low_percent, setting.estimated_reduction->high_percent};
  json["cycles"] = Json::object();
  for (const sweep::PointStatistics& point : setting.cycles) json["cycles"][point.point] = point.total_cycles.mean;
  return json;
}

Json history_json(const record::RunRecord& record) {
  Json json = {{"loss", Json::array()}, {"metric", Json::array()}};
  for (const record::EpochResult& epoch : record.epochs) {
    json["loss"].push_back(number(epoch.train_loss));
    json["metric"].push_back(number(epoch.test_metric));
  }
  return json;
}

// A string of digits for each layer, one for each epoch; spaces where a layer has no weights.
Json bits_json(const record::RunRecord& record) {
  Json json = {{"w", Json::array()}, {"a", Json::array()}, {"g", Json::array()}};
  for (std::size_t layer = 0; layer < record.layers.size(); ++layer) {
    std::string w, a, g;
    for (const record::EpochResult& epoch : record.epochs) {
      w += epoch.bits[layer].w > 0 ? std::to_string(epoch.bits[layer].w) : " ";
      a += std::to_string(epoch.bits[layer].a);
      g += std::to_string(epoch.bits[layer].g);
    }
    json["w"].push_back(w);
    json["a"].push_back(a);
    json["g"].push_back(g);
  }
  return json;
}

void push_cycles(Json& json, const std::string& prefix, gemm::JobCycles cycles) {
  json[prefix + "compute"].push_back(cycles.compute);
  json[prefix + "fill_drain"].push_back(cycles.fill_drain);
  json[prefix + "operand_stall"].push_back(cycles.operand_stall);
  json[prefix + "write_stall"].push_back(cycles.write_stall);
}

// Arrays over the layers: the four parts of the run's cycles and, "int8_...", of the same jobs at 8 bits. The array's
// are those of the summary; only one of an older version is costed again.
Json cost_json(const record::RunRecord& record, const sweep::TrialSummary& trial, const std::string& point,
               const std::optional<cost::CoreChoice>& core) {
  Json json;
  if (core) {
    for (const cost::CoreLayerCost& layer : cost::cost_on_core(record, point, *core, {}, trial.id).layers) {
      push_cycles(json, "", layer.passes.total().cycles);
      push_cycles(json, "int8_", layer.int8.total().cycles);
    }
    return json;
  }
  for (const sweep::PointCycles& kept : trial.cycles)
    if (kept.point == point && kept.layers.size() == record.layers.size()) {
      for (const sweep::LayerCycles& layer : kept.layers) {
        push_cycles(json, "", layer.total);
        push_cycles(json, "int8_", layer.int8_total);
      }
      return json;
    }
  for (const cost::LayerCost& layer : cost::cost_run(record, timing::point_from_string(point), trial.id).layers) {
    push_cycles(json, "", layer.cycles.total());
    push_cycles(json, "int8_", layer.int8.total());
  }
  return json;
}

Json trial_json(const sweep::TrialSummary& trial, const ReportInput& input) {
  Json json;
  json["id"] = trial.id;
  json["setting"] = trial.setting;
  json["task"] = trial.task;
  json["label"] = trial.label;
  json["scheme"] = trial.scheme();
  json["seed"] = trial.config.value("seed", 0);
  const std::optional<record::RunRecord> found = input.record_of ? input.record_of(trial) : std::nullopt;
  if (!found) return json;
  const record::RunRecord& record = *found;
  json["history"] = history_json(record);
  json["layers"] = Json::array();
  for (const record::QuantizedLayer& layer : record.layers) json["layers"].push_back(layer.name);
  if (!cost::has_cost(record)) return json;
  json["bits"] = bits_json(record);
  json["cost"] = Json::object();
  for (const std::string& point : input.summary.points)
    json["cost"][point] = cost_json(record, trial, point, input.core);
  return json;
}

Json tasks_json(const ReportInput& input) {
  Json tasks = Json::array();
  for (const sweep::Recommendation& recommendation : input.recommendations)
    tasks.push_back({{"id", recommendation.task},
                     {"label", recommendation.network + " on " + recommendation.dataset},
                     {"metric", metric_title(recommendation.metric)},
                     {"larger_is_better", recommendation.metric.larger_is_better},
                     {"recommended",
                      recommendation.ranked.empty() ? Json(nullptr) : Json(recommendation.ranked.front().setting.id)}});
  return tasks;
}

}  // namespace

Json chart_data(const ReportInput& input) {
  Json data;
  data["name"] = input.summary.name;
  data["points"] = input.summary.points;
  data["memory"] = input.core ? Json(input.core->memory) : Json(nullptr);
  data["tasks"] = tasks_json(input);
  data["settings"] = Json::array();
  for (const sweep::SettingSummary& setting : input.summary.settings) data["settings"].push_back(setting_json(setting));
  data["trials"] = Json::array();
  for (const sweep::TrialSummary& trial : input.summary.trials) data["trials"].push_back(trial_json(trial, input));
  return data;
}

}  // namespace ampa::report
