// RunRecord -> JSON.
#include <cmath>

#include "common/yx_json.h"
#include "record/record_check.h"
#include "record/run_record.h"

namespace ampa::record {
namespace {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json bits_json(const std::vector<allocate::LayerBits>& bits) {
  return bits.empty() ? Json(nullptr) : Json(by_site(bits));
}

Json sensitivities_json(const std::vector<allocate::LayerSensitivity>& sensitivities) {
  if (sensitivities.empty()) return nullptr;
  Json json = Json::array();
  for (const double value : by_site(sensitivities)) json.push_back(number(value));
  return json;
}

Json sites_json(const RunRecord& record) {
  Json json = Json::array();
  for (const QuantizedLayer& layer : record.layers)
    for (const OperandKind kind : {OperandKind::kWeight, OperandKind::kActivation, OperandKind::kGradient})
      json.push_back({{"layer", layer.name}, {"operand", site_name(kind)}});
  return json;
}

Json epoch_json(const EpochResult& epoch) {
  Json json;
  json["epoch"] = epoch.epoch;
  json["learning_rate"] = number(epoch.learning_rate);
  json["train_loss"] = number(epoch.train_loss);
  json["train_metric"] = number(epoch.train_metric);
  json["test_loss"] = number(epoch.test_loss);
  json["test_metric"] = number(epoch.test_metric);
  json["bits"] = bits_json(epoch.bits);
  json["bitops_per_image"] = epoch.bitops_per_image ? Json(*epoch.bitops_per_image) : Json(nullptr);
  json["sensitivities"] = sensitivities_json(epoch.sensitivities);
  return json;
}

Json layer_json(const QuantizedLayer& layer) {
  return {{"name", layer.name}, {"macs", layer.macs}, {"num_weights", layer.num_weights}};
}

// Keys of what a convolution has beyond a square window are left out of others.
Json conv_json(const gemm::ConvShape& conv) {
  Json json = {{"images", conv.images},
               {"in_height", conv.in_height},
               {"in_width", conv.in_width},
               {"in_channels", conv.in_channels},
               {"out_height", conv.out_height},
               {"out_width", conv.out_width},
               {"out_channels", conv.out_channels},
               {"kernel_height", conv.kernel_height},
               {"kernel_width", conv.kernel_width},
               {"stride", yx_to_json(conv.stride)},
               {"padding", yx_to_json(conv.padding)}};
  if (conv.dilation != 1) json["dilation"] = yx_to_json(conv.dilation);
  if (conv.groups != 1) json["groups"] = conv.groups;
  return json;
}

// Of operand a and of operand b, by their places in the list of sites.
Json job_sites_json(gemm::Pass pass, std::size_t layer) {
  const auto [a, b] = gemm::operand_kinds(pass);
  return {site_index(layer, a), site_index(layer, b)};
}

Json job_json(const StepJob& job, std::size_t layer) {
  Json json = {{"layer", job.layer}, {"pass", gemm::to_string(job.pass)}, {"m", job.m}, {"n", job.n}, {"k", job.k}};
  if (job.batch != 1) json["batch"] = job.batch;
  json["sites"] = job_sites_json(job.pass, layer);
  json["counted_macs"] = job.counted_macs;
  if (job.keep_one_in != 1) json["keep_one_in"] = job.keep_one_in;
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
  json["metric"] = to_json(record.metric);
  json["layers"] = Json::array();
  for (const QuantizedLayer& layer : record.layers) json["layers"].push_back(layer_json(layer));
  json["sites"] = sites_json(record);
  json["jobs"] = Json::array();
  const std::map<std::string, std::size_t> indices = layer_indices(record);
  for (const StepJob& job : record.jobs) json["jobs"].push_back(job_json(job, indices.at(job.layer)));
  json["counted_only"] = Json::array();
  for (const CountedJob& job : record.counted_only) {
    Json counted = {{"layer", job.layer},
                    {"pass", gemm::to_string(job.pass)},
                    {"sites", job_sites_json(job.pass, indices.at(job.layer))},
                    {"counted_macs", job.counted_macs}};
    if (job.keep_one_in != 1) counted["keep_one_in"] = job.keep_one_in;
    json["counted_only"].push_back(counted);
  }
  json["epochs"] = Json::array();
  for (const EpochResult& epoch : record.epochs) json["epochs"].push_back(epoch_json(epoch));
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
