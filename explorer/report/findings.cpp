#include "report/findings.h"

#include <fmt/format.h>

#include "report/html_text.h"
#include "report/study_tables.h"

namespace ampa::report {
namespace {

std::string recommendation_html(const ReportInput& input, const sweep::Recommendation& recommendation) {
  const sweep::RecommendationWords words = sweep::words_of(recommendation, input.constraints);
  std::string html = "<div class=\"panel recommendation\">\n<p>" + escaped(words.outcome) + "</p>\n";
  if (words.best_label.empty())
    html += "<p>No setting can be recommended.</p>\n";
  else
    html += fmt::format("<p class=\"best\"><strong>Recommended: {}</strong>: {}.</p>\n", escaped(words.best_label),
                        escaped(words.best_evidence));
  if (!words.order.empty()) html += fmt::format("<p>Next, by {}:</p>\n", escaped(words.order));
  for (std::size_t i = 0; i < words.next.size(); ++i)
    html += fmt::format("<p>{}. {}</p>\n", i + 2, escaped(words.next[i]));
  return html + "</div>\n";
}

std::string run_html(const sweep::TrialSummary& trial) {
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Status", trial.reason.empty() ? trial.status : trial.status + ": " + trial.reason},
      {"Epochs", std::to_string(trial.num_epochs)}};
  const auto add = [&](const std::string& name, const std::optional<double>& value, const char* format,
                       double scale = 1) {
    if (value) facts.emplace_back(name, fmt::format(fmt::runtime(format), *value * scale));
  };
  add("Test " + metric_title(trial.metric), trial.final_metric, "{:.2f}");
  add("Best of all epochs", trial.best_metric, "{:.2f}");
  add("Training loss", trial.train_loss, "{:.4f}");
  add("RR (%)", trial.bitops_reduction_percent, "{:.2f}");
  add("BitOPs per image and training step (10^9)", trial.bitops_per_image, "{:.4g}", 1e-9);
  for (const sweep::PointCycles& cycles : trial.cycles)
    add(fmt::format("Cycles on {} (10^6)", cycles.point), static_cast<double>(cycles.total.total()), "{:.3f}", 1e-6);
  std::string html = "<div class=\"panel recommendation\"><dl class=\"facts\">\n";
  for (const auto& [name, value] : facts)
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value));
  return html + "</dl></div>\n";
}

std::string study_html(const StudyFacts& study) {
  const Json& results = study.summary.at("results");
  std::string html = "<div class=\"panel recommendation\">\n";
  const Json* best = nullptr;
  for (const Json& confirmed : results.at("confirmed"))
    if (best == nullptr && confirmed.at("meets") == true) best = &confirmed;
  html += best == nullptr ? "<p class=\"best\"><strong>No setting is confirmed</strong>.</p>\n"
                          : fmt::format("<p class=\"best\">{} <strong>{}</strong></p>\n", badge(*best),
                                        escaped(best->at("label").get<std::string>()));
  for (const std::string& line : study.words) html += "<p>" + escaped(line) + "</p>\n";
  return html + "</div>\n";
}

}  // namespace

std::string findings(const ReportInput& input) {
  if (input.study) return study_html(*input.study);
  if (input.summary.trials.size() == 1) return run_html(input.summary.trials.front());
  std::string html;
  for (const sweep::Recommendation& recommendation : input.recommendations)
    html += recommendation_html(input, recommendation);
  return html;
}

}  // namespace ampa::report
