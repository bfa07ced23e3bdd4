#include "train/identity.h"

#include <map>

#include "data/validation.h"
#include "networks/network_digest.h"
#include "numerics/version.h"
#include "objectives/objective.h"
#include "optim/gradient_clipping.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "train/recipe_settings.h"
#include "train/run_settings.h"
#include "train/train_settings.h"
#include "weights/network_state.h"

namespace ampa::train {
namespace {

// What is not a setting that takes part by its value.
IdentityRole role_of(const std::string& key) {
  static const std::map<std::string, IdentityRole> roles = {
      {"network", IdentityRole::kContent},   {"dataset", IdentityRole::kContent},   {"data_dir", IdentityRole::kPlace},
      {"max_train", IdentityRole::kContent}, {"max_test", IdentityRole::kContent},  {"epochs", IdentityRole::kExtended},
      {"init", IdentityRole::kContent},      {"image_cache", IdentityRole::kPlace}, {"recipe", IdentityRole::kPlace}};
  const auto found = roles.find(key);
  return found == roles.end() ? IdentityRole::kSetting : found->second;
}

// Late settings at their defaults are left out, so that identities of before there was the setting stay.
void add_own(Json& json, const settings::OwnSettings& own, const TrainConfig& config) {
  const Json values = own_values(own, config);
  for (const auto& [key, value] : values.items()) {
    if (role_of(key) == IdentityRole::kPlace) continue;
    const TrainSetting& row = *find_train_setting(key);
    if (!row.is_late || value != row.setting.otherwise) json[key] = value;
  }
}

// The choice of a row of a table and the row's own settings. Identities of before there was a choice do not name it, so
// the table's first row is not named.
template <typename Row>
void add_choice(Json& json, const std::string& key, const std::string& name, const std::vector<Row>& table,
                const TrainConfig& config) {
  if (name != table.front().name) json[key] = name;
  for (const Row& row : table)
    if (row.name == name) add_own(json, row.own, config);
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
  static const std::vector<KeyIdentity> table = [] {
    std::vector<KeyIdentity> rows;
    for (const std::string& key : train_setting_keys()) rows.push_back({key, role_of(key)});
    return rows;
  }();
  return table;
}

Json canonical_settings(const TrainConfig& config, const std::vector<std::string>& quantized_layers) {
  Json json;
  json["scheme"] = to_string(config.scheme);
  if (const allocate::AllocatorInfo* allocator = config.scheme.allocator_info()) {
    if (allocator->identity != nullptr)
      json[allocator->name] =
          allocator->identity(allocator_config(config, quantized_layers), static_cast<int>(quantized_layers.size()));
    if (allocator->own.settle == nullptr)
      add_own(json, allocator->own, config);  // else the above has what they come to
  }
  json["epochs"] = config.epochs;
  json["batch_size"] = config.batch_size;
  if (settings::is_given(config.options.value("validation", Json())))
    add_own(json, data::validation_settings(), config);
  json["seed"] = config.seed;
  json["learning_rate"] = optim::make_schedule(config.lr_schedule, config.lr, config.options)->identity(config.epochs);
  add_choice(json, "optimizer", config.optimizer, optim::optimizers(), config);
  add_own(json, optim::clipping_settings(), config);
  add_own(json, run_settings(), config);
  json["augment"] = to_json(config).at("augment");
  add_choice(json, "objective", config.objective, objectives::objectives(), config);
  if (config.scheme.quantizes()) add_recipe_identity(config, json);
  for (const data::SourceInfo& row : data::sources())
    if (row.name == config.dataset) add_own(json, row.own, config);
  return json;
}

DataDigests data_digests(const data::Source& source) {
  return {source.digest(data::Part::kTrain), source.digest(data::Part::kTest)};
}

record::Identity identity_of(const TrainConfig& config, const ir::Network& network, const DataDigests& data) {
  record::Identity identity;
  identity.settings = canonical_settings(config, network.quantized_names());
  identity.network_sha256 = networks::network_digest(network);
  identity.train_data_sha256 = data.train;
  identity.test_data_sha256 = data.test;
  if (!config.init.empty()) identity.init_sha256 = weights::state_digest(weights::read_tensors(config.init));
  identity.numerics_version = numerics::kNumericsVersion;
  return identity;
}

record::Identity identity_of(const TrainConfig& config, const ir::Network& network, const data::Source& source) {
  return identity_of(config, network, data_digests(source));
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
