// What a run is: two runs of one identity end with the same bits and the same figures.
#pragma once

#include <string>
#include <vector>

#include "common/json_reader.h"

namespace ampa::record {

struct Identity {
  Json settings =
      Json::object();          // canonical (train::canonical_settings): settings that resolve to the same run are equal
  std::string network_sha256;  // networks::network_digest
  std::string train_data_sha256, test_data_sha256;  // data::digest of the images and labels that are used
  std::string init_sha256;   // weights::state_digest of what the run starts from; empty: drawn from the seed
  int numerics_version = 0;  // numerics::kNumericsVersion of who ran it
};

// SHA-256, in lower-case hexadecimal, of the JSON text of the parts (init_sha256 only if there is one): one name for
// the run.
std::string canonical_key(const Identity& identity);

// One sentence for each part in which two runs differ, such as "settings.momentum: 0.9 and 0.8" or "the training images
// or labels"; empty if and only if the keys are equal.
std::vector<std::string> differences(const Identity& a, const Identity& b);

// The parts, and the key.
Json to_json(const Identity& identity);

// Throws InputError for another shape, and for a key that is not that of the parts.
Identity identity_from_json(JsonReader reader);

}  // namespace ampa::record
