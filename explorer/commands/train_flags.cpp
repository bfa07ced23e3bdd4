#include "commands/train_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "allocate/allocator.h"
#include "commands/output.h"
#include "common/error.h"
#include "cost/step_cost_table.h"
#include "settings/suggest.h"
#include "train/recipe.h"
#include "train/train_settings.h"

namespace ampa::commands {
namespace {

using config::Flag;
using settings::Style;

const Flag* find_training_flag(const Call& call, const std::string& key) {
  const Flag* flag = call.command().find(key);
  return flag != nullptr && flag->training ? flag : nullptr;
}

std::vector<std::string> training_keys(const Call& call) {
  std::vector<std::string> keys;
  for (const Flag& flag : call.command().flags)
    if (flag.training) keys.push_back(flag.setting.key);
  return keys;
}

// Either of itv and itv_epochs takes both out first, as only one of them may be given; if `keys` gives both, both stay
// for the configuration's own check to refuse.
void overlay(Json& settings, const Json& keys) {
  if (keys.contains("itv") || keys.contains("itv_epochs")) {
    settings.erase("itv");
    settings.erase("itv_epochs");
  }
  for (const auto& [key, value] : keys.items()) settings[key] = value;
}

bool has_estimate(const train::Scheme& scheme) {
  return scheme.quantizes() && scheme.allocator_info()->ladder != nullptr;
}

bool is_complete(const Json& config) {
  const std::vector<std::string> keys = train::train_setting_keys();
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) { return config.contains(key); });
}

// The settings of a file, without those that it may hold though they do not act.
class SettingsFile {
 public:
  explicit SettingsFile(const std::string& path) : path_(path), config_(read_json_file(path)) {
    is_record_ = config_.is_object() && config_.contains("config") && config_.contains("results");
    if (is_record_) config_ = Json(config_.at("config"));
    resolved_ = train::config_from_json(config_, path_, is_record_ ? "config" : "");
    drop_idle();
  }

  const std::string& path() const { return path_; }
  const Json& config() const { return config_; }

  // Those that the command does not know: a file of `ampa train` serves `ampa estimate` too.
  void drop_unused(const Call& call) {
    if (call.command().find("scheme") == nullptr && !has_estimate(resolved_.scheme))
      throw InputError(fmt::format("{}: scheme: expected ampa, whose range ampa {} gives, found {}", path_,
                                   call.command().name, train::to_string(resolved_.scheme)));
    std::vector<std::string> unused;
    for (const std::string& key : train::train_setting_keys())
      if (config_.contains(key) && find_training_flag(call, key) == nullptr) {
        unused.push_back(key);
        config_.erase(key);
      }
    if (!unused.empty() && !is_record_)
      notice(fmt::format("note: {}: not used by ampa {}: {}", path_, call.command().name, fmt::join(unused, ", ")));
  }

  void refuse_idle(const train::TrainConfig& final) const {
    const std::vector<std::string> idle = train::idle_keys(config_, final);
    Json left = Json::object();  // idle in the file's own run too, so that nothing on the command line made them so
    for (const std::string& key : idle) left[key] = config_.at(key);
    train::refuse_idle(left, resolved_, path_);
  }

 private:
  void drop_idle() {
    const Json defaults = train::to_json({}), resolved = train::to_json(resolved_);
    const bool complete = is_complete(config_);
    for (const std::string& key : train::idle_keys(config_, resolved_))
      if (is_record_ || (complete && resolved.at(key) == defaults.at(key))) config_.erase(key);
  }

  std::string path_;
  Json config_;
  bool is_record_ = false;
  train::TrainConfig resolved_;
};

// "KEY=VALUE" of --set.
void set_from_text(const Call& call, Json& typed, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw InputError(fmt::format("--set: expected KEY=VALUE, found \"{}\"", assignment));
  std::string key = assignment.substr(0, equals);
  std::replace(key.begin(), key.end(), '-', '_');
  const Flag* flag = find_training_flag(call, key);
  if (flag == nullptr)
    throw InputError(fmt::format("--set: expected one of the keys {}, found \"{}\"{}",
                                 fmt::join(training_keys(call), ", "), key,
                                 settings::did_you_mean(key, training_keys(call))));
  typed[key] = settings::value_of(flag->setting, {assignment.substr(equals + 1)}, "--set " + key);
}

Json typed_settings(const Call& call) {
  Json typed = Json::object();
  for (const std::string& assignment : call.texts("set")) set_from_text(call, typed, assignment);
  for (const std::string& key : training_keys(call))
    if (call.has(key)) typed[key] = call.typed().at(key);
  return typed;
}

void refuse_idle(const Call& call, const Json& typed, const Json& given) {
  for (const Flag& flag : call.command().flags) {
    const std::string& key = flag.setting.key;
    if (!flag.training || !typed.contains(key) || flag.setting.acts.holds(config::values_of(call.command(), given)))
      continue;
    const std::string name = call.has(key) ? flag.name() : "--set " + key;
    throw InputError(fmt::format("{}: acts only {}", name, flag.setting.acts.words(Style::kFlag)));
  }
}

// A table of costs that the scheme's allocator reads has to be of the point as it is now.
void check_cost_table(const train::TrainConfig& config) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr) return;
  for (const settings::Setting& setting : allocator->own.list) {
    if (setting.key != "cost_table") continue;
    const std::string path = config.options.value(setting.key, "");
    if (!path.empty()) cost::check_step_cost_table(path);
  }
}

}  // namespace

GivenSettings training_settings(const Call& call) {
  Json given = Json::object();
  std::optional<SettingsFile> file;
  if (call.has("config")) {
    file.emplace(call.text("config"));
    file->drop_unused(call);
    given = file->config();
  }
  const Json typed = typed_settings(call);
  overlay(given, typed);
  given = train::with_recipe(given);
  const train::TrainConfig config = train::config_from_json(given, "command line");
  refuse_idle(call, typed, given);
  if (file) file->refuse_idle(config);
  const bool from_file = file && !typed.contains("batch_size") && !typed.contains("max_train");
  check_cost_table(config);
  train::check_batch(config, from_file ? file->path() : "command line");
  return {config, given};
}

}  // namespace ampa::commands
