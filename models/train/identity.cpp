#include "train/identity.h"

#include "data/digest.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "weights/network_state.h"

namespace ampa::train {
namespace {

Json ampa_json(const TrainConfig& config, int num_layers) {
  const allocate::AmpaSettings settings = ampa_settings(config);
  return {{"selected_w", allocate::num_selected(settings.alpha_percent, num_layers)},
          {"selected_a", allocate::num_selected(settings.beta_percent, num_layers)},
          {"selected_g", allocate::num_selected(settings.gamma_percent, num_layers)},
          {"interval_epochs", settings.interval_epochs},
          {"thr", settings.thr == allocate::kThrInfinite ? Json("inf") : Json(settings.thr)},
          {"ladder", settings.ladder}};
}

// A rate that depends on the number of epochs says so: such a run cannot be extended.
Json learning_rate_json(const TrainConfig& config) {
  if (config.lr_schedule == LrSchedule::kCosine)
    return {{"schedule", "cosine"}, {"lr", config.lr}, {"over_epochs", config.epochs}};
  if (config.lr_schedule == LrSchedule::kStep && !config.lr_milestones.empty())
    return {{"schedule", "step"},
            {"lr", config.lr},
            {"lr_milestones", config.lr_milestones},
            {"lr_decay", config.lr_decay}};
  return {{"schedule", "constant"}, {"lr", config.lr}};
}

// Behind a difference that more epochs alone may have made: which key did, and what would not.
std::string reason_of_extension(const std::string& difference) {
  const auto is_of = [&](const char* setting) { return difference.rfind(setting, 0) == 0; };
  if (is_of("settings.learning_rate.over_epochs"))
    return " (lr_schedule: the rates of cosine follow from epochs; a run of constant or step may be extended)";
  if (is_of("settings.ampa.interval_epochs"))
    return " (itv: an interval that is a fraction of epochs follows from them; itv_epochs keeps it)";
  return "";
}

}  // namespace

const std::vector<KeyIdentity>& identity_table() {
  using Role = IdentityRole;
  static const std::vector<KeyIdentity> table = {
      {"network", Role::kContent},     {"dataset", Role::kContent},       {"data_dir", Role::kPlace},
      {"scheme", Role::kSetting},      {"alpha", Role::kSetting},         {"beta", Role::kSetting},
      {"gamma", Role::kSetting},       {"itv", Role::kSetting},           {"itv_epochs", Role::kSetting},
      {"thr", Role::kSetting},         {"ladder", Role::kSetting},        {"epochs", Role::kExtended},
      {"batch_size", Role::kSetting},  {"max_train", Role::kContent},     {"max_test", Role::kContent},
      {"seed", Role::kSetting},        {"init", Role::kContent},          {"lr", Role::kSetting},
      {"lr_schedule", Role::kSetting}, {"lr_milestones", Role::kSetting}, {"lr_decay", Role::kSetting},
      {"momentum", Role::kSetting},    {"weight_decay", Role::kSetting},  {"augment", Role::kSetting}};
  return table;
}

Json canonical_settings(const TrainConfig& config, int num_quantized_layers) {
  Json json;
  json["scheme"] = to_string(config.scheme);
  if (config.scheme.kind == SchemeKind::kAmpa) json["ampa"] = ampa_json(config, num_quantized_layers);
  json["epochs"] = config.epochs;
  json["batch_size"] = config.batch_size;
  json["seed"] = config.seed;
  json["learning_rate"] = learning_rate_json(config);
  json["momentum"] = config.momentum;
  json["weight_decay"] = config.weight_decay;
  json["augment"] = to_json(config).at("augment");
  return json;
}

DataDigests data_digests(const data::Dataset& dataset) {
  return {data::digest(dataset.train), data::digest(dataset.test)};
}

record::Identity identity_of(const TrainConfig& config, const ir::Network& network, const DataDigests& data) {
  record::Identity identity;
  identity.settings = canonical_settings(config, static_cast<int>(network.quantized_layers().size()));
  identity.network_sha256 = networks::network_digest(network);
  identity.train_data_sha256 = data.train;
  identity.test_data_sha256 = data.test;
  if (!config.init.empty()) identity.init_sha256 = weights::state_digest(weights::read_tensors(config.init));
  identity.numerics_version = numerics::kNumericsVersion;
  return identity;
}

record::Identity identity_of(const TrainConfig& config, const ir::Network& network,
                             const data::Dataset& dataset) {
  return identity_of(config, network, data_digests(dataset));
}

std::vector<std::string> obstacles_to_resume(const record::Identity& kept, const record::Identity& asked) {
  record::Identity extended = kept;
  const Json& epochs = asked.settings.at("epochs");
  const bool is_extended = kept.settings.contains("epochs") && kept.settings.at("epochs") < epochs;
  if (is_extended) extended.settings["epochs"] = epochs;
  std::vector<std::string> obstacles = record::differences(extended, asked);
  if (is_extended)
    for (std::string& obstacle : obstacles) obstacle += reason_of_extension(obstacle);
  return obstacles;
}

}  // namespace ampa::train
