#include <fmt/format.h>

#include "cost/area.h"
#include "report/html_text.h"
#include "report/report.h"
#include "report/styled_page.h"
#include "report/tables.h"

namespace ampa::report {
namespace {

std::string options(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string html;
  for (const auto& [value, text] : values)
    html += fmt::format("<option value=\"{}\">{}</option>", escaped(value), escaped(text));
  return html;
}

std::string chart(const std::string& id, const std::string& title, const std::string& note, bool tall = false) {
  return fmt::format(
      "<div class=\"panel\"><h3>{}</h3><p class=\"note\">{}</p><div class=\"chart{}\"><canvas "
      "id=\"{}\"></canvas></div></div>\n",
      title, note, tall ? " tall" : "", id);
}

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
  for (const std::string& note : words.notes) html += fmt::format("<p class=\"doubt\">Note: {}</p>\n", escaped(note));
  return html + "</div>\n";
}

std::string header(const ReportInput& input) {
  std::int64_t completed = 0, diverged = 0;
  for (const sweep::TrialSummary& trial : input.summary.trials) {
    completed += trial.status == "completed" ? 1 : 0;
    diverged += trial.status == "diverged" ? 1 : 0;
  }
  std::string tasks;
  for (const sweep::Recommendation& task : input.recommendations)
    tasks += (tasks.empty() ? "" : "; ") + fmt::format("{} on {}", task.network, task.dataset);
  return fmt::format(
      "<h1>{}</h1>\n<p class=\"sub\">{}. {}, {} trials: {} completed, {} diverged, {} not finished.</p>\n",
      escaped(input.summary.name), escaped(tasks), sweep::settings_words(input.summary), input.summary.trials.size(),
      completed, diverged, static_cast<std::int64_t>(input.summary.trials.size()) - completed - diverged);
}

std::string controls(const ReportInput& input) {
  std::string html = "<p class=\"controls\">";
  if (input.recommendations.size() > 1) {
    std::vector<std::pair<std::string, std::string>> tasks;
    for (const sweep::Recommendation& task : input.recommendations)
      tasks.emplace_back(task.task, task.network + " on " + task.dataset);
    html += "<label>Task <select id=\"task\">" + options(tasks) + "</select></label>";
  }
  std::vector<std::pair<std::string, std::string>> points;
  for (const std::string& point : input.summary.points) points.emplace_back(point, point);
  return html + "<label>Hardware point <select id=\"point\">" + options(points) + "</select></label></p>\n";
}

// Of the tasks; several metrics stand under one word.
std::string metric_name(const ReportInput& input) {
  const std::vector<sweep::Recommendation>& tasks = input.recommendations;
  for (const sweep::Recommendation& task : tasks)
    if (!(task.metric == tasks.front().metric)) return "metric";
  return tasks.empty() ? "metric" : escaped(tasks.front().metric.name);
}

std::string overview(const ReportInput& input) {
  const std::string name = metric_name(input), title = capitalised(name);
  return "<h2>Settings against each other</h2>\n<div class=\"grid\">\n" +
         chart("metric-bitops", fmt::format("{} against BitOPs", title),
               "Points: mean over seeds; lines: smallest to largest seed.") +
         chart("metric-cycles", fmt::format("{} against cycles", title),
               "Of the quantized matrix products of the whole training run.") +
         chart("loss-rr", "Training loss against RR",
               fmt::format("Separates settings whose {} lies within the noise.", name), true) +
         chart("rr-range", "RR against its estimated range", "Bars: estimated before training; marks: reached.", true) +
         "</div>\n";
}

std::string one_trial(const ReportInput& input) {
  std::string html =
      "<h2>One trial</h2>\n<p class=\"controls\"><label>Trial <select id=\"trial\"></select></label></p>\n"
      "<div class=\"panel\" id=\"bits\"><h3>Widths of every layer over the epochs</h3><p class=\"note\">Rows: layers "
      "in order; "
      "columns: epochs. <span id=\"widths\"></span></p><div class=\"grid three\">\n";
  for (const auto& [id, title] :
       {std::pair("w", "Weights"), std::pair("a", "Activations"), std::pair("g", "Gradients")})
    html += fmt::format("<div><h3>{}</h3><canvas id=\"bits-{}\"></canvas></div>\n", title, id);
  html += "</div></div>\n<div class=\"grid\" style=\"margin-top:16px\">\n<div class=\"wide\">" +
          chart("layer-cycles", "Cycles of every layer", "Left bars: this trial; right bars: every width 8.") +
          "</div>\n" +
          chart("curve-metric", "Test " + metric_name(input), "This trial and the baselines of its seed.") +
          chart("curve-loss", "Training loss", "This trial and the baselines of its seed.") + "</div>\n";
  return html;
}

std::string tables(const ReportInput& input) {
  std::string html;
  for (const sweep::Recommendation& task : input.recommendations)
    html += fmt::format(
        "<h2>Settings: {} on {}</h2>\n<p class=\"sub\">Shaded: recommended. &#9670;: on the Pareto front of "
        "{} and RR.</p>\n<div class=\"panel scroll\">{}</div>\n",
        escaped(task.network), escaped(task.dataset), escaped(task.metric.name), settings_table(input, task));
  html += "<h2>Cycles</h2>\n<div class=\"panel scroll\">" + cycles_table(input) + "</div>\n";
  html += fmt::format(
      "<h2>Area</h2>\n<p class=\"sub\">Cells of the array after synthesis, before placement, and their share of a "
      "{}.</p>\n"
      "<div class=\"panel scroll\">{}</div>\n",
      escaped(cost::reference_device().name), area_table(input));
  html += "<h2>Trials</h2>\n<div class=\"panel scroll\">" + trials_table(input) + "</div>\n";
  return html;
}

}  // namespace

std::string html(const ReportInput& input) {
  std::string body = header(input);
  for (const sweep::Recommendation& recommendation : input.recommendations)
    body += recommendation_html(input, recommendation);
  body += controls(input);
  body += overview(input);
  body += one_trial(input);
  body += tables(input);
  body += "<h2>How the numbers are defined</h2>\n<div class=\"panel\">";
  body += asset("definitions");
  body += "</div>\n";
  std::string scripts =
      "<script type=\"application/json\" id=\"data\">" + script_json(chart_data(input)) + "</script>\n<script>\n";
  scripts += asset("chart");
  scripts += "\n</script>\n<script>\n";
  scripts += asset("charts");
  scripts += "</script>\n";
  return styled_page(input.summary.name, body, input.summary.context, scripts);
}

}  // namespace ampa::report
