// Whether a record agrees with itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/json_reader.h"
#include "record/run_record.h"

namespace ampa::record {

// Throws InputError, through `results` (the reader of the record's results), for a record that no run can have:
// finished epochs against status and settings, jobs against layers and batch, BitOPs and RR against widths, figures out
// of range, digests of another form. `version` is that of the file, whose keys the messages name. Settings that the
// record does not have (records of other programs, or older ones) leave their checks out.
void check_consistency(const RunRecord& record, const JsonReader& results, std::int64_t version);

// Images that an epoch trains on: steps_per_epoch times the configuration's batch size, as an incomplete last batch is
// left out. None without that setting.
std::optional<std::int64_t> images_per_epoch(const RunRecord& record);

// SHA-256 of the JSON text of config, identity (if there is one) and results: what a record's results_sha256 has to be.
std::string results_digest(const Json& record);

}  // namespace ampa::record
