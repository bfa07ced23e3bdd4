#include "sweep/trial_key.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::sweep {
namespace {

constexpr std::size_t kHashDigits = 8;

// An id of config::parse_sweep with another hash at its end.
std::string with_hash(const std::string& id, const record::Identity& identity) {
  return id.substr(0, id.size() - kHashDigits) + record::canonical_key(identity).substr(0, kHashDigits);
}

}  // namespace

std::string trial_id(const config::Trial& trial, const record::Identity& identity) {
  return with_hash(trial.id, identity);
}

std::string setting_id(const config::Trial& trial, const record::Identity& identity) {
  record::Identity without_seed = identity;
  without_seed.settings.erase("seed");
  return with_hash(trial.setting, without_seed);
}

TrialSummary with_seed(const TrialSummary& trial, std::uint64_t seed) {
  TrialSummary other;
  other.setting = trial.setting;
  other.task = trial.task;
  other.label = trial.label;
  other.same_runs = trial.same_runs;
  other.baseline = trial.baseline;
  other.config = trial.config;
  other.config["seed"] = seed;
  other.identity = trial.identity.value();
  other.identity->settings["seed"] = seed;
  other.status = "pending";
  other.metric = trial.metric;
  other.estimated_reduction = trial.estimated_reduction;
  const std::string name = trial.setting.substr(0, trial.setting.size() - kHashDigits);  // "LABEL-"
  other.id = fmt::format("{}s{}-{}", name, seed, record::canonical_key(*other.identity).substr(0, kHashDigits));
  return other;
}

bool is_same_run(const TrialSummary& x, const TrialSummary& y) {
  if (x.identity.has_value() != y.identity.has_value()) return false;
  return x.identity ? record::canonical_key(*x.identity) == record::canonical_key(*y.identity) : x.config == y.config;
}

void check_is_of_trial(const record::RunRecord& record, const TrialSummary& trial, const std::string& source) {
  if (!trial.identity) {  // of an older version
    if (record.config == trial.config) return;
    throw InputError(
        fmt::format("{}: config: expected the configuration of trial {}, found another", source, trial.id));
  }
  if (!record.identity)
    throw InputError(fmt::format("{}: identity: expected that of trial {}, found none", source, trial.id));
  const std::vector<std::string> differing = record::differences(*record.identity, *trial.identity);
  if (!differing.empty())
    throw InputError(fmt::format("{}: identity: expected that of trial {}, found another: {}", source, trial.id,
                                 fmt::join(differing, "; ")));
}

}  // namespace ampa::sweep
