#include "report/run_data.h"

#include <fmt/format.h>

#include <cmath>

#include "cost/core_cost.h"
#include "cost/run_cost.h"
#include "report/chart_numbers.h"

namespace ampa::report {
namespace {

Json history_json(const record::RunRecord& record) {
  Json json = {{"loss", Json::array()}, {"metric", Json::array()}};
  bool on_validation = !record.epochs.empty();
  for (const record::EpochResult& epoch : record.epochs) on_validation = on_validation && epoch.validation_metric;
  if (on_validation) json["validation"] = Json::array();
  for (const record::EpochResult& epoch : record.epochs) {
    json["loss"].push_back(rounded(epoch.train_loss));
    json["metric"].push_back(rounded(epoch.test_metric));
    if (on_validation) json["validation"].push_back(rounded(*epoch.validation_metric));
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

}  // namespace

void add_history(Json& json, const record::RunRecord& record) {
  json["history"] = history_json(record);
}

void add_layers(Json& json, const record::RunRecord& record, const sweep::TrialSummary& trial,
                const ReportInput& input) {
  json["layers"] = Json::array();
  for (const record::QuantizedLayer& layer : record.layers) json["layers"].push_back(layer.name);
  if (!cost::has_cost(record)) return;
  json["bits"] = bits_json(record);
  json["cost"] = Json::object();
  for (const std::string& point : input.summary.points)
    json["cost"][point] = cost_json(record, trial, point, input.core);
}

}  // namespace ampa::report
