// The keys of a train config as flags and as sweep dimensions: one table for all who name them.
#pragma once

#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::config {

enum class KeyType { kText, kNumber, kTextOrNumber, kNumberList };

struct TrainKey {
  std::string name;  // as in JSON: "batch_size"
  KeyType type = KeyType::kText;
  bool ampa_only = false;  // means nothing under another scheme than ampa
  std::string help;
};

const std::vector<TrainKey>& train_keys();
const TrainKey* find_train_key(const std::string& name);  // null if there is none

// "--batch-size" for "batch_size".
std::string flag_of(const std::string& key);

// What the user typed as the JSON value of the key's type. Text that is no number stays text, for the config's own
// check to refuse with a message. Lists are written 4,6,8.
Json value_from_text(const TrainKey& key, const std::string& text);

// Lays `keys` over a JSON config. Either of itv and itv_epochs takes both out of the config first, as only one of them
// may be given; if `keys` gives both, both stay for the config's own check to refuse.
void overlay(Json& config, const Json& keys);

// "KEY=VALUE" of --set. Throws InputError if there is no "=" or no such key.
void set_from_text(Json& config, const std::string& assignment);

}  // namespace ampa::config
