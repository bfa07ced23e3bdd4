// From a configuration, a network and a data set to the identity of their run.
#pragma once

#include <string>
#include <vector>

#include "data/source.h"
#include "ir/network.h"
#include "record/identity.h"
#include "train/train_config.h"

namespace ampa::train {

// How a key of the configuration takes part in a run's identity.
enum class IdentityRole {
  kSetting,   // by its value, or by what it resolves to, where it acts
  kContent,   // by the content that it names or limits: the network's layers, the images and labels
  kPlace,     // not at all: a path or what memory is used, which may differ between two parts of one run
  kExtended,  // by its value; a run may be gone on with under a larger one, if nothing else changes with it
};

struct KeyIdentity {
  std::string key;
  IdentityRole role;
};

// Every key of TrainConfig. What is no key of it (threads, instruction set, backend, point, output folder) is not part
// of a run's identity either: it never changes a bit.
const std::vector<KeyIdentity>& identity_table();

// The settings in canonical form: only those that act, as what they resolve to. alpha, beta and gamma become the layers
// that an update selects of `quantized_layers`, itv and itv_epochs the interval in epochs, a step schedule without
// milestones the constant one; AMPA's keys stand under scheme ampa only, those of an optimizer with that optimizer. The
// first row of a table of choices is not named.
Json canonical_settings(const TrainConfig& config, const std::vector<std::string>& quantized_layers);

// The digests of both parts: taken once where many configurations run on one data set.
struct DataDigests {
  std::string train, test;
};
DataDigests data_digests(const data::Source& source);

// `network` is loaded for the data set's shape and classes. Reads the file of `init`, if there is one: throws
// InputError.
record::Identity identity_of(const TrainConfig& config, const ir::Network& network, const DataDigests& data);
record::Identity identity_of(const TrainConfig& config, const ir::Network& network, const data::Source& source);

// record::differences that keep a run from being gone on with as `asked`: all, but for more epochs than the run was
// begun with. One that follows from more epochs names the key that makes it so.
std::vector<std::string> obstacles_to_resume(const record::Identity& kept, const record::Identity& asked);

}  // namespace ampa::train
