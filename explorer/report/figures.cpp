#include "report/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html_text.h"

namespace ampa::report {
namespace {

std::optional<double> cycles_at(const sweep::TrialSummary& trial, const std::string& point) {
  for (const sweep::PointCycles& cycles : trial.cycles)
    if (cycles.point == point) return static_cast<double>(cycles.total.total());
  return std::nullopt;
}

// "lut_seconds" -> "Lut seconds".
std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return capitalised(name);
}

const Json& results_of(const ReportInput& input) {
  return input.study->summary.at("results");
}

}  // namespace

std::string figure_key(const Json& objective) {
  const auto of = objective.at("of").get<std::string>();
  return objective.at("point").is_null() ? of : of + '@' + objective.at("point").get<std::string>();
}

bool selects_on_validation(const ReportInput& input) {
  if (!input.study) return false;
  const std::vector<sweep::TrialSummary>& trials = input.summary.trials;
  return std::any_of(trials.begin(), trials.end(),
                     [](const sweep::TrialSummary& trial) { return trial.validation_metric.has_value(); });
}

std::vector<Figure> figures_of(const ReportInput& input) {
  using Trial = sweep::TrialSummary;
  const bool on_validation = selects_on_validation(input);
  std::vector<Figure> figures = {
      {"metric", "", 1, true,
       [=](const Trial& trial) {
         return on_validation && trial.validation_metric ? trial.validation_metric : trial.final_metric;
       }},
      {"loss", "Training loss", 1, false, [](const Trial& trial) { return trial.train_loss; }},
      {"rr", "RR: BitOPs saved against INT8 (%)", 1, true,
       [](const Trial& trial) { return trial.bitops_reduction_percent; }},
      {"bitops", "BitOPs per image and training step (10\u2079)", 1e-9, false,
       [](const Trial& trial) { return trial.bitops_per_image; }}};
  for (const std::string& point : input.summary.points)
    figures.push_back({"cycles@" + point, fmt::format("Cycles of the run on {} (10\u2076)", point), 1e-6, false,
                       [point](const Trial& trial) { return cycles_at(trial, point); }});
  if (!input.study) return figures;
  for (const Json& objective : results_of(input).at("objectives")) {
    const std::string key = figure_key(objective);
    if (std::any_of(figures.begin(), figures.end(), [&](const Figure& figure) { return figure.key == key; })) continue;
    figures.push_back({key,
                       fmt::format("{} on {} ({})", spaced(objective.at("of").get<std::string>()),
                                   objective.at("point").get<std::string>(), objective.at("unit").get<std::string>()),
                       1, objective.at("larger_is_better").get<bool>(), nullptr});
  }
  return figures;
}

bool counts(const ReportInput& input, const sweep::TrialSummary& trial) {
  if (trial.status != "completed") return false;
  return !input.study || !is_confirming(*input.study, trial);
}

}  // namespace ampa::report
