#include "sweep/trial_key.h"

#include <fmt/format.h>

#include "allocate/ampa_settings.h"
#include "common/error.h"

namespace ampa::sweep {

std::string trial_key(const train::TrainConfig& config, const networks::Network& network) {
  Json json = train::to_json(config);
  if (config.scheme.kind != train::SchemeKind::kAmpa) return json.dump();
  const auto num_layers = static_cast<int>(network.quantized_layers().size());
  json["alpha"] = allocate::num_selected(config.ampa.alpha, num_layers);
  json["beta"] = allocate::num_selected(config.ampa.beta, num_layers);
  json["gamma"] = allocate::num_selected(config.ampa.gamma, num_layers);
  json.erase("itv");
  json["itv_epochs"] = train::interval_epochs(config.ampa, config.epochs);
  return json.dump();
}

void check_is_of_trial(const record::RunRecord& record, const TrialSummary& trial, const std::string& source) {
  if (record.config != trial.config)
    throw InputError(
        fmt::format("{}: config: expected the configuration of trial {}, found another", source, trial.id));
}

}  // namespace ampa::sweep
