// The settings that a row of a table of choices (optimizers, schedules, allocators, objectives, sources) declares for
// itself: the tables of settings take them in, so that a row's file is all that knows them.
#pragma once

#include <vector>

#include "common/json_reader.h"
#include "settings/setting.h"

namespace ampa::settings {

struct OwnSettings {
  std::vector<Setting> list;  // each with a default; without a condition: it acts with the row that declares it
  // What one value alone cannot tell: fails through `reader` (of the configuration), which names the key. `values`
  // holds every setting of the list. May be null.
  void (*check)(const JsonReader& reader, const Json& values) = nullptr;
};

// An object of every setting of the list: as `given` has it by its key, else its default.
Json resolved(const OwnSettings& own, const Json& given);

}  // namespace ampa::settings
