// Pairs of numbers in JSON: a number where both are equal, else [y, x].
#pragma once

#include <string>

#include "common/json_reader.h"
#include "common/yx.h"

namespace ampa {

Json yx_to_json(YX pair);

// Each of the two in [min, max]; throws InputError by way of the reader, for anything else that stands there too.
YX read_yx(JsonReader& reader, const std::string& key, YX min, YX max);

}  // namespace ampa
