#include "config/trial.h"

#include <fmt/format.h>

#include <cctype>
#include <set>

#include "common/atomic_file.h"
#include "train/train_settings.h"

namespace ampa::config {
namespace {

std::string short_hash(const Json& json) {
  return sha256_hex(json.dump()).substr(0, 8);
}

std::string slug(const std::string& label) {
  std::string text;
  for (const char c : label) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      text += c;
    else if (!text.empty() && text.back() != '-')
      text += '-';
  }
  return text;
}

// Of a scheme whose label shows it.
bool is_in_label(const std::string& key) {
  for (const allocate::AllocatorInfo& allocator : allocate::allocators())
    for (const std::string& shown : allocator.label_keys)
      if (shown == key) return true;
  return false;
}

}  // namespace

std::string setting_label(const train::TrainConfig& config) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  const bool has_label = allocator != nullptr && allocator->label != nullptr;
  return has_label ? allocator->label(train::to_json(config)) : config.scheme.name;
}

Trial make_trial(train::TrainConfig config, bool baseline) {
  config = train::with_idle_defaults(config);
  Trial trial;
  trial.baseline = baseline;
  trial.label = setting_label(config);
  trial.config = config;
  const Json full = train::naming_json(config);
  trial.id = fmt::format("{}-s{}-{}", slug(trial.label), config.seed, short_hash(full));
  Json setting = full;
  setting.erase("seed");
  trial.setting = fmt::format("{}-{}", slug(trial.label), short_hash(setting));
  Json task = setting;
  task.erase("scheme");
  for (const train::TrainSetting& row : train::train_settings())
    if (row.of_scheme) task.erase(row.setting.key);
  trial.task = short_hash(task);
  return trial;
}

void complete_labels(std::vector<Trial>& trials) {
  for (const train::TrainSetting& row : train::train_settings()) {
    const std::string& key = row.setting.key;
    if (key == "seed" || key == "scheme" || is_in_label(key)) continue;
    std::set<std::string> values;
    for (const Trial& trial : trials)
      if (!row.of_scheme || train::acts(row, trial.config)) values.insert(row.write(trial.config).dump());
    if (values.size() < 2) continue;
    for (Trial& trial : trials) {
      if (row.of_scheme && !train::acts(row, trial.config)) continue;
      const Json value = row.write(trial.config);
      trial.label += fmt::format(" {}={}", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

}  // namespace ampa::config
