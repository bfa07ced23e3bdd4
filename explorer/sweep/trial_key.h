// When two settings are one run.
#pragma once

#include <string>

#include "networks/network.h"
#include "record/run_record.h"
#include "sweep/summary.h"
#include "train/train_config.h"

namespace ampa::sweep {

// The same text for two configurations exactly if they come to the same run: ratios that select the same numbers of
// layers, intervals that round alike. `network` is the configuration's.
std::string trial_key(const train::TrainConfig& config, const networks::Network& network);

// Throws InputError naming `source` if a record is not of the trial's run.
void check_is_of_trial(const record::RunRecord& record, const TrialSummary& trial, const std::string& source);

}  // namespace ampa::sweep
