// RunRecord -> JSON.
#include <cmath>

#include "record/record_check.h"
#include "record/run_record.h"

namespace ampa::record {
namespace {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json bits_json(const std::vector<allocate::LayerBits>& bits) {
  if (bits.empty()) return nullptr;
  Json json = {{"w", Json::array()}, {"a", Json::array()}, {"g", Json::array()}};
  for (const allocate::LayerBits& layer : bits) {
    json["w"].push_back(layer.w);
    json["a"].push_back(layer.a);
    json["g"].push_back(layer.g);
  }
  return json;
}

Json sensitivities_json(const std::vector<allocate::LayerSensitivity>& sensitivities) {
  if (sensitivities.empty()) return nullptr;
  Json json = {{"w", Json::array()}, {"a", Json::array()}, {"g", Json::array()}};
  for (const allocate::LayerSensitivity& layer : sensitivities) {
    json["w"].push_back(number(layer.w));
    json["a"].push_back(number(layer.a));
    json["g"].push_back(number(layer.g));
  }
  return json;
}

Json epoch_json(const EpochResult& epoch) {
  Json json;
  json["epoch"] = epoch.epoch;
  json["learning_rate"] = number(epoch.learning_rate);
  json["train_loss"] = number(epoch.train_loss);
  json["train_accuracy_percent"] = number(epoch.train_accuracy_percent);
  json["test_loss"] = number(epoch.test_loss);
  json["test_accuracy_percent"] = number(epoch.test_accuracy_percent);
  json["bits"] = bits_json(epoch.bits);
  json["bitops_per_image"] = epoch.bitops_per_image ? Json(*epoch.bitops_per_image) : Json(nullptr);
  json["sensitivities"] = sensitivities_json(epoch.sensitivities);
  return json;
}

Json layer_json(const QuantizedLayer& layer) {
  return {{"name", layer.name}, {"macs", layer.macs}, {"num_weights", layer.num_weights}};
}

Json conv_json(const gemm::ConvShape& conv) {
  return {{"images", conv.images},
          {"in_height", conv.in_height},
          {"in_width", conv.in_width},
          {"in_channels", conv.in_channels},
          {"out_height", conv.out_height},
          {"out_width", conv.out_width},
          {"out_channels", conv.out_channels},
          {"kernel_height", conv.kernel_height},
          {"kernel_width", conv.kernel_width},
          {"stride", conv.stride},
          {"padding", conv.padding}};
}

Json job_json(const StepJob& job) {
  Json json = {{"layer", job.layer}, {"pass", gemm::to_string(job.pass)}, {"m", job.m}, {"n", job.n}, {"k", job.k}};
  if (job.conv) json["conv"] = conv_json(*job.conv);
  return json;
}

Json results_json(const RunRecord& record) {
  Json json;
  json["status"] = to_string(record.status);
  json["status_reason"] = record.status_reason;
  json["bitops_reduction_percent"] =
      record.bitops_reduction_percent ? number(*record.bitops_reduction_percent) : Json(nullptr);
  json["checkpoint_sha256"] = record.checkpoint_sha256;
  json["tensor_digest"] = record.tensor_digest;
  json["steps_per_epoch"] = record.steps_per_epoch;
  if (const auto images = images_per_epoch(record)) json["images_per_epoch"] = *images;
  json["layers"] = Json::array();
  for (const QuantizedLayer& layer : record.layers) json["layers"].push_back(layer_json(layer));
  json["jobs"] = Json::array();
  for (const StepJob& job : record.jobs) json["jobs"].push_back(job_json(job));
  json["epochs"] = Json::array();
  for (const EpochResult& epoch : record.epochs) json["epochs"].push_back(epoch_json(epoch));
  return json;
}

}  // namespace

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
