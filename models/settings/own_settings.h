// The settings that a row of a table of choices (optimizers, schedules, allocators, objectives, sources) declares for
// itself: the tables of settings take them in, so that a row's file is all that knows them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "settings/setting.h"

namespace ampa::settings {

struct OwnSettings {
  std::vector<Setting> list;  // each with a default; without a condition: it acts with the row that declares it
  // What one value alone cannot tell: fails through `reader` (of the configuration), which names the key. `values`
  // holds every setting of the list. May be null.
  void (*check)(const JsonReader& reader, const Json& values) = nullptr;
  // Replaces what was given by what it stands for, such as a file by its content, so that a run does not depend on it
  // afterwards. Keys beside those of the list may be added for the row that declares them. `place` says where a key
  // is, for messages. May be null.
  void (*settle)(const std::function<std::string(const std::string& key)>& place, Json& given) = nullptr;
};

// An object of every setting of the list: as `given` has it by its key, else its default.
Json resolved(const OwnSettings& own, const Json& given);

}  // namespace ampa::settings
