#include <fmt/format.h>

#include "cost/area.h"
#include "embedded_charts.h"
#include "report/findings.h"
#include "report/html_text.h"
#include "report/report.h"
#include "report/study_tables.h"
#include "report/styled_page.h"
#include "report/tables.h"

namespace ampa::report {
namespace {

// Tables of more rows are closed at first.
constexpr std::size_t kManyRows = 40;

std::string header(const ReportInput& input) {
  std::int64_t completed = 0, diverged = 0, paused = 0;
  for (const sweep::TrialSummary& trial : input.summary.trials) {
    completed += trial.status == "completed" ? 1 : 0;
    diverged += trial.status == "diverged" ? 1 : 0;
    paused += input.study && trial.status == "paused" ? 1 : 0;
  }
  std::string tasks;
  for (const sweep::Recommendation& task : input.recommendations)
    tasks += (tasks.empty() ? "" : "; ") + fmt::format("{} on {}. ", task.network, task.dataset);
  std::string html = fmt::format("<h1>{}</h1>\n", escaped(input.summary.name));
  if (input.summary.trials.size() != 1)
    html += fmt::format("<p class=\"sub\">{}{}, {} trials: {} completed, {}{} diverged, {} not finished.</p>\n",
                        escaped(tasks), sweep::settings_words(input.summary), input.summary.trials.size(), completed,
                        paused > 0 ? fmt::format("{} stopped early, ", paused) : "", diverged,
                        static_cast<std::int64_t>(input.summary.trials.size()) - completed - diverged - paused);
  return html;
}

std::string table(const std::string& title, const std::string& note, std::size_t num_rows, const std::string& html) {
  return fmt::format(
      "<h2>{}</h2>\n{}<details class=\"panel\"{}><summary>{} rows</summary><div class=\"scroll\" "
      "tabindex=\"0\">{}</div></details>\n",
      title, note.empty() ? "" : "<p class=\"sub\">" + note + "</p>\n", num_rows > kManyRows ? "" : " open", num_rows,
      html);
}

std::string settings_tables(const ReportInput& input) {
  const std::size_t count = input.summary.settings.size();
  if (input.study)
    return table(
        "Settings",
        "Means over the search's seeds with 95 % intervals. &#9670;: on the Pareto front of the objectives, of "
        "those that meet the constraints.",
        input.study->summary.at("results").at("settings").size(), searched_table(*input.study));
  std::string html;
  for (const sweep::Recommendation& task : input.recommendations)
    html +=
        table(fmt::format("Settings: {} on {}", escaped(task.network), escaped(task.dataset)),
              fmt::format("Shaded: recommended. &#9670;: on the Pareto front of {} and RR.", escaped(task.metric.name)),
              count, settings_table(input, task));
  return html;
}

std::string tables(const ReportInput& input) {
  const std::size_t points = input.summary.points.size();
  std::string html = settings_tables(input);
  if (points > 0) {
    html += table("Cycles", "", input.summary.settings.size() * points, cycles_table(input));
    html += table("Area",
                  fmt::format("Cells of the array after synthesis, before placement, and their share of a {}.",
                              escaped(cost::reference_device().name)),
                  points, area_table(input));
  }
  return html + table("Trials", "", input.summary.trials.size(), trials_table(input));
}

std::string scripts(const ReportInput& input) {
  std::string html =
      "<script type=\"application/json\" id=\"data\">" + script_json(chart_data(input)) + "</script>\n<script>\n";
  html += asset("echarts");
  html += "</script>\n<script>\n";
  for (const auto& [name, text] : embedded::chart_files()) html += text;
  return html + "</script>\n";
}

}  // namespace

std::string html(const ReportInput& input) {
  std::string body = header(input) + "<div class=\"findings\">\n" + findings(input) + cautions(input) + "</div>\n";
  if (input.study) body += confirmed_table(*input.study);
  body +=
      "<div id=\"charts\"><noscript><p>The charts need JavaScript; all of their figures are in the tables "
      "below and in the CSV files.</p></noscript></div>\n";
  body += tables(input);
  body += "<h2>How the numbers are defined</h2>\n<div class=\"panel\">";
  body += asset("definitions");
  body += "</div>\n";
  return styled_page(input.summary.name, body, input.summary.context, scripts(input));
}

}  // namespace ampa::report
