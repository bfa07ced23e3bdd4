#include "report/study_tables.h"

#include <fmt/format.h>

#include <map>

#include "report/chart_numbers.h"
#include "report/figures.h"
#include "report/html_text.h"

namespace ampa::report {
namespace {

// "98.828 ± 3.7": the mean and half its 95 % interval.
std::string with_interval(const Json& statistics) {
  const double mean = statistics.at("mean").get<double>();
  const Json& std_dev = statistics.at("std");
  const auto half = half_width(statistics.at("count").get<std::size_t>(),
                               std_dev.is_null() ? std::nullopt : std::optional<double>(std_dev.get<double>()));
  return half ? fmt::format("{:.5g} ± {:.2g}", mean, *half) : fmt::format("{:.6g}", mean);
}

std::string number(const Json& value, const char* format) {
  return value.is_null() ? "-" : fmt::format(fmt::runtime(format), value.get<double>());
}

Metric metric_of(const Json& results) {
  const Json& metric = results.at("metric");
  return {metric.at("name").get<std::string>(), metric.at("unit").get<std::string>(),
          metric.at("larger_is_better").get<bool>()};
}

std::string objective_title(const Json& results, std::size_t k) {
  const Json& objective = results.at("objectives")[k];
  if (objective.at("of") == "metric") return capitalised(metric_title(metric_of(results)));
  return fmt::format("{} ({})", figure_key(objective), objective.at("unit").get<std::string>());
}

std::string first_cell(const std::string& text, const std::string& badges) {
  return "<td>" + escaped(text) + (badges.empty() ? "" : " " + badges) + "</td>";
}

std::string cells(const std::vector<std::string>& list) {
  std::string html;
  for (const std::string& text : list) html += "<td>" + escaped(text) + "</td>";
  return html;
}

}  // namespace

std::string badge(const Json& confirmed) {
  return confirmed.at("meets") == true ? "<span class=\"badge\">confirmed</span>"
                                       : "<span class=\"badge not\">run again, not shown to meet the bounds</span>";
}

std::string confirmed_table(const StudyFacts& study) {
  const Json& results = study.summary.at("results");
  if (results.at("confirmed").empty()) return "";
  const Metric metric = metric_of(results);
  const std::string unit = difference_unit(metric).empty() ? "" : fmt::format(" ({})", difference_unit(metric));
  std::string html =
      "<h2>Confirmed with unseen seeds</h2>\n<p class=\"sub\">Means with 95 % intervals; on the test samples, which no "
      "choice has seen.</p>\n<div class=\"panel scroll\"><table><thead>\n" +
      row({"Setting", "Seeds", "Test " + metric_title(metric),
           results.at("reference").is_null()
               ? "Loss"
               : fmt::format("Loss against {}{}", results.at("reference").get<std::string>(), unit),
           "At most, with 95 %", "p (Holm)", "Seeds needed"},
          "th") +
      "</thead><tbody>\n";
  for (const Json& confirmed : results.at("confirmed")) {
    const Json& loss = confirmed.at("loss");
    const auto of_loss = [&](const char* key, const char* format) {
      return loss.is_null() ? std::string("-") : number(loss.at(key), format);
    };
    html += "<tr>" + first_cell(confirmed.at("label").get<std::string>(), badge(confirmed)) +
            cells({confirmed.at("test_metric").at("count").dump(), with_interval(confirmed.at("test_metric")),
                   of_loss("mean", "{:.3g}"), of_loss("at_most", "{:.3g}"), of_loss("p", "{:.2g}"),
                   confirmed.at("seeds_needed").is_null() ? "-" : confirmed.at("seeds_needed").dump()}) +
            "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string searched_table(const StudyFacts& study) {
  const Json& results = study.summary.at("results");
  std::map<std::string, std::string> badges;
  for (const Json& confirmed : results.at("confirmed"))
    badges[confirmed.at("id").get<std::string>()] = badge(confirmed);
  std::vector<std::string> head = {"Setting", "Status"};
  for (std::size_t k = 0; k < results.at("objectives").size(); ++k) head.push_back(objective_title(results, k));
  head.emplace_back("Meets the constraints");
  std::string html = "<table><thead>\n" + row(head, "th") + "</thead><tbody>\n";
  for (const Json& setting : results.at("settings")) {
    std::string label = setting.at("label").get<std::string>();
    for (const Json& other : setting.at("same_runs")) label += " = " + other.get<std::string>();
    const auto found = badges.find(setting.at("id").get<std::string>());
    html += setting.at("on_front") == true ? "<tr class=\"front\">" : "<tr>";
    html += first_cell(label, found == badges.end() ? "" : found->second);
    std::vector<std::string> line = {setting.at("status").get<std::string>()};
    for (std::size_t k = 0; k < results.at("objectives").size(); ++k)
      line.push_back(setting.at("objectives").empty() ? "-" : with_interval(setting.at("objectives")[k]));
    line.emplace_back(setting.at("meets").is_null() ? "-" : setting.at("meets") == true ? "yes" : "no");
    html += cells(line) + "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

}  // namespace ampa::report
