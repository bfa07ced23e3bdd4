// The settings that a row of a table declares for itself, read from the object that chooses the row.
#pragma once

#include "common/json_reader.h"
#include "settings/own_settings.h"

namespace ampa::study {

// Every setting of the list: as the object has it, else its default. Throws InputError.
Json read_own(JsonReader& reader, const settings::OwnSettings& own);

}  // namespace ampa::study
