// The table of settings for reading: as text, as a page of Markdown (docs/settings.md) and as JSON.
#pragma once

#include <string>

#include "common/json_reader.h"

namespace ampa::config {

std::string settings_text();
std::string settings_page();
// {"settings": [{"key", "flag", "type", "values", "unit", "help", "training", "schema", "commands": [{"command",
// "default", "acts"}]}]}: every setting once, with the commands that have it and the JSON Schema of its value.
Json settings_json();

}  // namespace ampa::config
