#include "commands/train_flags.h"

#include <algorithm>

#include "config/train_keys.h"

namespace ampa::commands {

void TrainFlags::add(CLI::App& command, const std::vector<std::string>& keys) {
  command.add_option("--config", file_, "JSON file with any of the keys below (with _ for -)");
  command.add_option("--set", assignments_, "KEY=VALUE, may be repeated")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  for (const config::TrainKey& key : config::train_keys()) {
    if (!keys.empty() && std::find(keys.begin(), keys.end(), key.name) == keys.end()) continue;
    options_[key.name] = command.add_option(config::flag_of(key.name), texts_[key.name], key.help);
  }
}

Json TrainFlags::given() const {
  Json json = Json::object();
  if (!file_.empty()) {
    json = read_json_file(file_);
    train::config_from_json(json, file_);
  }
  Json typed = Json::object();
  for (const std::string& assignment : assignments_) config::set_from_text(typed, assignment);
  for (const config::TrainKey& key : config::train_keys()) {
    const auto option = options_.find(key.name);
    if (option == options_.end() || option->second->count() == 0) continue;
    typed[key.name] = config::value_from_text(key, texts_.at(key.name));
  }
  config::overlay(json, typed);
  return json;
}

train::TrainConfig TrainFlags::resolve() const {
  return train::config_from_json(given(), "command line");
}

}  // namespace ampa::commands
