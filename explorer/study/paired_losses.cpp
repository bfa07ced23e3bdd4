#include "study/paired_losses.h"

namespace ampa::study {

double metric_of(const sweep::TrialSummary& trial, bool is_confirmed) {
  return !is_confirmed && trial.validation_metric ? *trial.validation_metric : trial.final_metric.value();
}

std::vector<double> paired_losses(const Metric& metric, const std::vector<const StudyTrial*>& own,
                                  const std::vector<const StudyTrial*>& others, bool is_confirmed) {
  std::vector<double> losses;
  for (const StudyTrial* of : own)
    for (const StudyTrial* other : others)
      if (of->trial.config.at("seed") == other->trial.config.at("seed"))
        losses.push_back(shortfall(metric, metric_of(of->trial, is_confirmed), metric_of(other->trial, is_confirmed)));
  return losses;
}

}  // namespace ampa::study
