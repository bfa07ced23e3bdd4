// RunRecord -> JSON.
#include <cmath>

#include "record/layer_shape_json.h"
#include "record/record_check.h"
#include "record/run_record.h"
#include "record/trained_network.h"

namespace ampa::record {
namespace {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json bits_json(const std::vector<allocate::LayerBits>& bits, const Sites& sites) {
  return bits.empty() ? Json(nullptr) : Json(sites.by_site(bits));
}

Json sensitivities_json(const std::vector<allocate::LayerSensitivity>& sensitivities, const Sites& sites) {
  if (sensitivities.empty()) return nullptr;
  Json json = Json::array();
  for (const double value : sites.by_site(sensitivities)) json.push_back(number(value));
  return json;
}

Json sites_json(const RunRecord& record, const Sites& sites) {
  Json json = Json::array();
  for (std::size_t i = 0; i < sites.size(); ++i)
    json.push_back({{"layer", record.layers[sites[i].layer].name}, {"operand", site_name(sites[i].kind)}});
  return json;
}

Json epoch_json(const EpochResult& epoch, const Sites& sites) {
  Json json;
  json["epoch"] = epoch.epoch;
  json["learning_rate"] = number(epoch.learning_rate);
  json["train_loss"] = number(epoch.train_loss);
  json["train_metric"] = number(epoch.train_metric);
  json["test_loss"] = number(epoch.test_loss);
  json["test_metric"] = number(epoch.test_metric);
  if (epoch.validation_metric) {
    json["validation_loss"] = number(epoch.validation_loss.value());
    json["validation_metric"] = number(*epoch.validation_metric);
  }
  json["bits"] = bits_json(epoch.bits, sites);
  json["bitops_per_image"] = epoch.bitops_per_image ? Json(*epoch.bitops_per_image) : Json(nullptr);
  json["sensitivities"] = sensitivities_json(epoch.sensitivities, sites);
  if (!epoch.first_order.empty()) json["first_order"] = sensitivities_json(epoch.first_order, sites);
  for (const WidthResult& width : epoch.widths)
    json["widths"].push_back({{"bits", width.bits},
                              {"train_loss", number(width.train_loss)},
                              {"train_metric", number(width.train_metric)},
                              {"test_loss", number(width.test_loss)},
                              {"test_metric", number(width.test_metric)}});
  return json;
}

Json layer_json(const QuantizedLayer& layer) {
  return {{"name", layer.name}, {"macs", layer.macs}, {"num_weights", layer.num_weights}};
}

Json job_json(const StepJob& job, std::size_t layer, const Sites& sites) {
  Json json = {{"layer", job.layer}, {"pass", gemm::to_string(job.pass)}, {"m", job.m}, {"n", job.n}, {"k", job.k}};
  if (job.batch != 1) json["batch"] = job.batch;
  json["sites"] = sites.of_job(layer, job.operands);
  json["counted_macs"] = job.counted_macs;
  if (job.keep_one_in != 1) json["keep_one_in"] = job.keep_one_in;
  if (job.shape) json[shape_key(*job.shape)] = to_json(*job.shape);
  return json;
}

Json results_json(const RunRecord& record) {
  const Sites sites = sites_of(record.layers);
  Json json;
  json["status"] = to_string(record.status);
  json["status_reason"] = record.status_reason;
  json["bitops_reduction_percent"] =
      record.bitops_reduction_percent ? number(*record.bitops_reduction_percent) : Json(nullptr);
  json.update(derived_results(record));
  json["checkpoint_sha256"] = record.checkpoint_sha256;
  json["tensor_digest"] = record.tensor_digest;
  json["steps_per_epoch"] = record.steps_per_epoch;
  if (record.last_batch_images > 0) json["last_batch_images"] = record.last_batch_images;
  if (const auto images = images_per_epoch(record)) json["images_per_epoch"] = *images;
  json["metric"] = to_json(record.metric);
  if (record.answers) json["answers"] = to_json(*record.answers);
  json["layers"] = Json::array();
  for (const QuantizedLayer& layer : record.layers) json["layers"].push_back(layer_json(layer));
  if (!record.groups.empty()) json["groups"] = record.groups;
  json["sites"] = sites_json(record, sites);
  json["jobs"] = Json::array();
  const std::map<std::string, std::size_t> indices = layer_indices(record);
  for (const StepJob& job : record.jobs) json["jobs"].push_back(job_json(job, indices.at(job.layer), sites));
  json["counted_only"] = Json::array();
  for (const CountedJob& job : record.counted_only) {
    Json counted = {{"layer", job.layer},
                    {"pass", gemm::to_string(job.pass)},
                    {"sites", sites.of_job(indices.at(job.layer), job.operands)},
                    {"counted_macs", job.counted_macs}};
    if (job.keep_one_in != 1) counted["keep_one_in"] = job.keep_one_in;
    json["counted_only"].push_back(counted);
  }
  json["epochs"] = Json::array();
  for (const EpochResult& epoch : record.epochs) json["epochs"].push_back(epoch_json(epoch, sites));
  return json;
}

}  // namespace

Json to_json(const Metric& metric) {
  return {{"name", metric.name}, {"unit", metric.unit}, {"larger_is_better", metric.larger_is_better}};
}

Json to_json(const RunRecord& record) {
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["context"] = record.context;
  json["config"] = record.config;
  if (record.identity) json["identity"] = to_json(*record.identity);
  json["results"] = results_json(record);
  json["results_sha256"] = results_digest(json);
  return json;
}

}  // namespace ampa::record
