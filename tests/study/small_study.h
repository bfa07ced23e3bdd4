// A study whose trainings take a moment, for tests that run it through the command.
#pragma once

#include "../explorer/scratch.h"
#include "study_files.h"

namespace ampa::study {

// Six settings of which two are the same, two seeds, and a confirm stage: 14 runs.
inline Json small_study(const Json& more = Json::object()) {
  Json file = study_file({{"space", {{"alpha", {10, 20, 60}}, {"gamma", {30, 95}}}},
                          {"batch", 3},
                          {"confirm", {{"settings", 1}, {"seeds", 2}, {"max_seeds", 2}}}});
  file["base"]["epochs"] = 3;
  file["base"]["max_train"] = 96;
  for (const auto& [key, value] : more.items()) file[key] = value;
  return file;
}

inline Json results_of(const testing::Scratch& scratch, const std::string& file) {
  Json json = scratch.json(file);
  json.erase("context");
  return json;
}

}  // namespace ampa::study
