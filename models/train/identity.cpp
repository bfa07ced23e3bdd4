#include "train/identity.h"

#include <map>

#include "data/digest.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "train/train_settings.h"

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

// What is not a setting that takes part by its value.
IdentityRole role_of(const std::string& key) {
  static const std::map<std::string, IdentityRole> roles = {
      {"network", IdentityRole::kContent},   {"dataset", IdentityRole::kContent},  {"data_dir", IdentityRole::kPlace},
      {"max_train", IdentityRole::kContent}, {"max_test", IdentityRole::kContent}, {"epochs", IdentityRole::kExtended}};
  const auto found = roles.find(key);
  return found == roles.end() ? IdentityRole::kSetting : found->second;
}

// The choice of a row of a table and the row's own settings. Identities of before there was a choice do not name it, so
// the table's first row is not named.
template <typename Row>
void add_choice(Json& json, const std::string& key, const std::string& name, const std::vector<Row>& table,
                const TrainConfig& config) {
  if (name != table.front().name) json[key] = name;
  for (const Row& row : table) {
    if (row.name != name) continue;
    const Json values = own_values(row.own, config);
    for (const auto& [own, value] : values.items()) json[own] = value;
  }
}

}  // namespace

const std::vector<KeyIdentity>& identity_table() {
  static const std::vector<KeyIdentity> table = [] {
    std::vector<KeyIdentity> rows;
    for (const std::string& key : train_setting_keys()) rows.push_back({key, role_of(key)});
    return rows;
  }();
  return table;
}

Json canonical_settings(const TrainConfig& config, int num_quantized_layers) {
  Json json;
  json["scheme"] = to_string(config.scheme);
  if (config.scheme.kind == SchemeKind::kAmpa) json["ampa"] = ampa_json(config, num_quantized_layers);
  json["epochs"] = config.epochs;
  json["batch_size"] = config.batch_size;
  json["seed"] = config.seed;
  json["learning_rate"] = optim::make_schedule(config.lr_schedule, config.lr, config.options)->identity(config.epochs);
  add_choice(json, "optimizer", config.optimizer, optim::optimizers(), config);
  json["augment"] = to_json(config).at("augment");
  return json;
}

DataDigests data_digests(const data::Dataset& dataset) {
  return {data::digest(dataset.train), data::digest(dataset.test)};
}

record::Identity identity_of(const TrainConfig& config, const networks::Network& network, const DataDigests& data) {
  record::Identity identity;
  identity.settings = canonical_settings(config, static_cast<int>(network.quantized_layers().size()));
  identity.network_sha256 = networks::network_digest(network);
  identity.train_data_sha256 = data.train;
  identity.test_data_sha256 = data.test;
  identity.numerics_version = numerics::kNumericsVersion;
  return identity;
}

record::Identity identity_of(const TrainConfig& config, const networks::Network& network,
                             const data::Dataset& dataset) {
  return identity_of(config, network, data_digests(dataset));
}

std::vector<std::string> obstacles_to_resume(const record::Identity& kept, const record::Identity& asked) {
  record::Identity extended = kept;
  const Json& epochs = asked.settings.at("epochs");
  if (kept.settings.contains("epochs") && kept.settings.at("epochs") < epochs) extended.settings["epochs"] = epochs;
  return record::differences(extended, asked);
}

}  // namespace ampa::train
