// Which run a trial is, and whether a record is of it.
#pragma once

#include <string>

#include "record/run_record.h"
#include "sweep/summary.h"

namespace ampa::sweep {

// "LABEL-s1-0123abcd": readable, the seed, and eight digits of the run's key. Trials of one run have one name whatever
// paths they name it by; those of an edited network have another.
std::string trial_id(const config::Trial& trial, const record::Identity& identity);

// The same for a setting: its runs but for their seed.
std::string setting_id(const config::Trial& trial, const record::Identity& identity);

// The run of the same setting with another seed, pending. `trial` has an identity.
TrialSummary with_seed(const TrialSummary& trial, std::uint64_t seed);

// By their identities, or by their configurations if both have none.
bool is_same_run(const TrialSummary& x, const TrialSummary& y);

// Throws InputError naming `source` and what differs if a record is not of the trial's run.
void check_is_of_trial(const record::RunRecord& record, const TrialSummary& trial, const std::string& source);

}  // namespace ampa::sweep
