#include <fmt/format.h>

#include <limits>

#include "common/error.h"
#include "sweep/summary.h"
#include "timing/point_version.h"
#include "train/train_settings.h"

namespace ampa::sweep {
namespace {

constexpr std::int64_t kMaxCount = std::numeric_limits<std::int64_t>::max();
Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json range_json(const std::optional<ReductionRange>& range) {
  if (!range) return nullptr;
  return {{"low_percent", range->low_percent}, {"high_percent", range->high_percent}};
}

// A column for each part of the cycles, over the layers.
Json layers_json(const std::vector<LayerCycles>& layers) {
  Json json;
  for (const CyclePart& part : kCycleParts) {
    Json total = Json::array(), int8 = Json::array();
    for (const LayerCycles& layer : layers) {
      total.push_back(layer.total.*part.count);
      int8.push_back(layer.int8_total.*part.count);
    }
    json[part.key] = std::move(total);
    json[std::string("int8_") + part.key] = std::move(int8);
  }
  return json;
}

std::int64_t version_of(const std::string& point) {
  return timing::version_of(timing::point_from_string(point));
}

// Cycles in memory are those of the point as it is now.
Json cycles_json(const PointCycles& cycles) {
  Json json = {{"point", cycles.point},
               {"point_version", version_of(cycles.point)},
               {"total", ampa::to_json(cycles.total)},
               {"int8_total", ampa::to_json(cycles.int8_total)},
               {"cycles_reduction_percent", cycles.reduction_percent()}};
  if (!cycles.layers.empty()) json["layers"] = layers_json(cycles.layers);
  return json;
}

}  // namespace

Json to_json(const TrialSummary& trial) {
  Json json;
  json["id"] = trial.id;
  json["setting"] = trial.setting;
  json["task"] = trial.task;
  json["label"] = trial.label;
  if (!trial.same_runs.empty()) json["same_runs"] = trial.same_runs;
  json["baseline"] = trial.baseline;
  json["config"] = trial.config;
  if (trial.identity) json["identity"] = record::to_json(*trial.identity);
  json["status"] = trial.status;
  json["status_reason"] = trial.reason;
  json["num_epochs"] = trial.num_epochs;
  json["metric"] = record::to_json(trial.metric);
  json[metric_key(trial.metric)] = optional_number(trial.final_metric);
  json["best_" + metric_key(trial.metric)] = optional_number(trial.best_metric);
  if (trial.validation_metric) json["validation_" + metric_key(trial.metric)] = *trial.validation_metric;
  json["train_loss"] = optional_number(trial.train_loss);
  json["bitops_reduction_percent"] = optional_number(trial.bitops_reduction_percent);
  json["bitops_per_image"] = optional_number(trial.bitops_per_image);
  if (trial.weight_bits) json["weight_bits"] = *trial.weight_bits;
  if (trial.inference_bitops) json["inference_bitops_per_image"] = *trial.inference_bitops;
  json["estimated_reduction"] = range_json(trial.estimated_reduction);
  json["cycles"] = Json::array();
  for (const PointCycles& cycles : trial.cycles) json["cycles"].push_back(cycles_json(cycles));
  return json;
}

namespace {

Json setting_json(const SettingSummary& setting) {
  Json json;
  json["id"] = setting.id;
  json["task"] = setting.task;
  json["label"] = setting.label;
  if (!setting.same_runs.empty()) json["same_runs"] = setting.same_runs;
  json["scheme"] = setting.scheme;
  json["baseline"] = setting.baseline;
  json["config"] = setting.config;
  json["num_trials"] = setting.num_trials;
  json["num_completed"] = setting.num_completed;
  json["num_diverged"] = setting.num_diverged;
  json["metric"] = record::to_json(setting.metric);
  json[metric_key(setting.metric)] = to_json(setting.final_metric);
  json["best_" + metric_key(setting.metric)] = to_json(setting.best_metric);
  json["train_loss"] = to_json(setting.train_loss);
  json["bitops_reduction_percent"] = to_json(setting.bitops_reduction_percent);
  json["bitops_per_image"] = to_json(setting.bitops_per_image);
  if (setting.weight_bits) json["weight_bits"] = to_json(setting.weight_bits);
  if (setting.inference_bitops) json["inference_bitops_per_image"] = to_json(setting.inference_bitops);
  json["estimated_reduction"] = range_json(setting.estimated_reduction);
  json["cycles"] = Json::array();
  for (const PointStatistics& point : setting.cycles)
    json["cycles"].push_back(
        {{"point", point.point},
         {"point_version", version_of(point.point)},
         {"total_cycles", to_json(std::optional<Statistics>(point.total_cycles))},
         {"compute_cycles_mean", point.compute_mean},
         {"fill_drain_cycles_mean", point.fill_drain_mean},
         {"operand_stall_cycles_mean", point.operand_stall_mean},
         {"write_stall_cycles_mean", point.write_stall_mean},
         {"cycles_reduction_percent", to_json(std::optional<Statistics>(point.reduction_percent))}});
  return json;
}

std::vector<LayerCycles> parse_layers(JsonReader reader) {
  std::vector<LayerCycles> layers;
  for (const CyclePart& part : kCycleParts)
    for (const bool int8 : {false, true}) {
      const std::string key = (int8 ? "int8_" : "") + std::string(part.key);
      const std::vector<std::int64_t> column = reader.integers(key, 0, kMaxCount);
      if (layers.empty()) layers.resize(column.size());
      if (column.size() != layers.size())
        reader.fail(key, fmt::format("a figure for each of {} layers", layers.size()), std::to_string(column.size()));
      for (std::size_t i = 0; i < layers.size(); ++i) {
        gemm::JobCycles& cycles = int8 ? layers[i].int8_total : layers[i].total;  // GCC 12 copies (x ? a : b).*part
        cycles.*part.count = column[i];
      }
    }
  reader.finish();
  return layers;
}

// None if the point costs something else now, so that the trial is costed anew.
std::optional<PointCycles> parse_cycles(JsonReader reader) {
  PointCycles cycles;
  cycles.point = reader.string("point");
  const std::int64_t version = reader.has("point_version") ? reader.integer("point_version", 0, kMaxCount) : 0;
  cycles.total = cycles_from_json(reader.child("total"), kMaxCount);
  cycles.int8_total = cycles_from_json(reader.child("int8_total"), kMaxCount);
  reader.number_or_null("cycles_reduction_percent");
  if (reader.has("layers")) cycles.layers = parse_layers(reader.child("layers"));
  reader.finish();
  if (!timing::is_current(cycles.point, version)) return std::nullopt;
  return cycles;
}

std::optional<ReductionRange> parse_range(JsonReader& reader) {
  if (reader.any("estimated_reduction").is_null()) return std::nullopt;
  JsonReader range = reader.child("estimated_reduction");
  const ReductionRange parsed{range.number("low_percent", -1000, 100), range.number("high_percent", -1000, 100)};
  range.finish();
  return parsed;
}

std::string parse_status(JsonReader& reader) {
  const std::string status = reader.string("status");
  for (const char* valid : {"completed", "diverged", "interrupted", "paused", "failed", "pending"})
    if (status == valid) return status;
  reader.fail("status", "one of completed, diverged, interrupted, paused, failed, pending", '"' + status + '"');
}

std::vector<std::string> parse_same_runs(JsonReader& reader) {
  std::vector<std::string> labels;
  if (!reader.has("same_runs")) return labels;
  for (const Json& label : reader.array("same_runs")) {
    if (!label.is_string()) reader.fail("same_runs", "an array of labels", label.dump());
    labels.push_back(label.get<std::string>());
  }
  return labels;
}

// `key` is where the trial stands in the file.
TrialSummary parse_trial(JsonReader reader, const std::string& key) {
  TrialSummary trial;
  trial.id = reader.string("id");
  if (!is_trial_id(trial.id))
    reader.fail("id", "a folder's name of letters, digits, '.', '_' and '-'", Json(trial.id).dump());
  trial.setting = reader.string("setting");
  trial.task = reader.string("task");
  trial.label = reader.string("label");
  trial.same_runs = parse_same_runs(reader);
  trial.baseline = reader.boolean("baseline");
  trial.config = reader.object("config");
  reader.child("config").string("scheme");
  train::config_from_json(trial.config, reader.source(), key.empty() ? "config" : key + ".config");
  JsonReader config = reader.child("config");
  for (const train::TrainSetting& row : train::train_settings())
    if (!row.is_late || config.has(row.setting.key)) config.any(row.setting.key);
  if (reader.has("identity")) trial.identity = record::identity_from_json(reader.child("identity"));
  trial.status = parse_status(reader);
  trial.reason = reader.string("status_reason");
  trial.num_epochs = reader.integer("num_epochs", 0, kMaxCount);
  if (reader.has("metric")) trial.metric = record::metric_from_json(reader.child("metric"));
  trial.final_metric = reader.number_or_null(metric_key(trial.metric));
  trial.best_metric = reader.number_or_null("best_" + metric_key(trial.metric));
  const std::string validation = "validation_" + metric_key(trial.metric);
  if (reader.has(validation)) trial.validation_metric = reader.number_or_null(validation);
  trial.train_loss = reader.number_or_null("train_loss");
  trial.bitops_reduction_percent = reader.number_or_null("bitops_reduction_percent");
  trial.bitops_per_image = reader.number_or_null("bitops_per_image");
  if (reader.has("weight_bits")) trial.weight_bits = reader.number_or_null("weight_bits");
  if (reader.has("inference_bitops_per_image"))
    trial.inference_bitops = reader.number_or_null("inference_bitops_per_image");
  trial.estimated_reduction = parse_range(reader);
  for (JsonReader& entry : reader.children("cycles"))
    if (const std::optional<PointCycles> cycles = parse_cycles(std::move(entry))) trial.cycles.push_back(*cycles);
  reader.finish();
  return trial;
}

}  // namespace

TrialSummary trial_from_json(const Json& json, const std::string& source, const std::string& key) {
  return parse_trial(JsonReader(json, source, key), key);
}

Json to_json(const SweepSummary& summary) {
  Json json;
  json["schema_version"] = kSummarySchemaVersion;
  json["context"] = summary.context;
  json["config"] = summary.config;
  Json& results = json["results"];
  results["name"] = summary.name;
  results["points"] = summary.points;
  results["settings"] = Json::array();
  for (const SettingSummary& setting : summary.settings) results["settings"].push_back(setting_json(setting));
  results["trials"] = Json::array();
  for (const TrialSummary& trial : summary.trials) results["trials"].push_back(to_json(trial));
  return json;
}

SweepSummary summary_from_json(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  reader.integer("schema_version", kSummarySchemaVersion, kSummarySchemaVersion);
  SweepSummary summary;
  summary.context = reader.object("context");
  summary.config = reader.object("config");
  JsonReader results = reader.child("results");
  summary.name = results.string("name");
  for (const Json& point : results.array("points")) {
    if (!point.is_string()) results.fail("points", "an array of names", point.dump());
    summary.points.push_back(point.get<std::string>());
  }
  results.array("settings");  // they follow from the trials
  for (JsonReader& trial : results.children("trials"))
    summary.trials.push_back(parse_trial(std::move(trial), fmt::format("results.trials[{}]", summary.trials.size())));
  results.finish();
  reader.finish();
  summary.settings = summarise_settings(summary.trials);
  return summary;
}

}  // namespace ampa::sweep
