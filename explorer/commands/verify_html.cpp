#include <fmt/format.h>

#include "commands/verify_report.h"
#include "report/html_text.h"

namespace ampa::commands {
namespace {

const char* const kStyle =
    "body{font:15px/1.4 sans-serif;margin:2em auto;max-width:75em;padding:0 "
    "1em}table{border-collapse:collapse;margin:.5em "
    "0}td,th{border:1px solid #bbb;padding:.2em .5em;text-align:right}th{background:#eee}td:first-child,th:first-child{"
    "text-align:left}pre{background:#f4f4f4;padding:1em;overflow:auto}.bad{background:#f8c9c9}.none{background:#ddd}"
    "details{margin:.5em 0}";

std::int64_t number(const Json& json, const char* key) {
  return json.at(key).get<std::int64_t>();
}
std::string text(const Json& json, const char* key) {
  return json.at(key).get<std::string>();
}

std::string summary_row(const Json& result) {
  const Json& total = result.at("total");
  const Json& coverage = result.at("coverage");
  const bool unit = result.at("kind") == "unit", equal = result.at("equal").get<bool>();
  std::int64_t hit = 0, bins = 0;
  for (const Json& cross : coverage.at("crosses")) {
    hit += number(cross, "num_hit");
    bins += number(cross, "num_bins");
  }
  const auto count = [&](const char* key) { return fmt::to_string(number(total, key)); };
  std::vector<std::string> cells{text(result, "target"), equal ? "equal" : "FAILS"};
  if (unit)
    cells.insert(cells.end(), {count("num_runs"), count("num_outputs"), count("num_cycles"), "", ""});
  else
    cells.insert(cells.end(), {count("num_jobs"), count("num_macs"), count("num_cycles"), count("num_stalls"),
                               fmt::to_string(number(result, "num_code_pairs"))});
  cells.insert(cells.end(),
               {fmt::to_string(hit), fmt::to_string(bins), fmt::to_string(number(coverage, "num_unexplained_holes"))});
  return report::row(cells, "td", equal ? "" : "bad");
}

std::string summary_table(const Json& results) {
  std::string html = "<table>\n" + report::row({"", "result", "jobs or streams", "MACs or outputs", "cycles", "stalls",
                                                "code pairs", "bins met", "bins", "holes without reason"},
                                               "th");
  for (const Json& result : results) html += summary_row(result);
  return html + "</table>\n";
}

std::string stage_table(const Json& result) {
  std::string html = "<table>\n" + report::row({"stage", "scenarios", "jobs", "MACs", "cycles", "stalls"}, "th");
  for (const Json& stage : result.at("stages"))
    html += report::row({text(stage, "name"), fmt::to_string(number(stage, "num_scenarios")),
                         fmt::to_string(number(stage, "num_jobs")), fmt::to_string(number(stage, "num_macs")),
                         fmt::to_string(number(stage, "num_cycles")), fmt::to_string(number(stage, "num_stalls"))});
  return html + "</table>\n";
}

// Labels of the axes [begin, end) of every combination, the last axis fastest.
std::vector<std::string> combinations(const Json& axes, std::size_t begin, std::size_t end) {
  std::vector<std::string> words{""};
  for (std::size_t axis = begin; axis < end; ++axis) {
    std::vector<std::string> longer;
    for (const std::string& word : words)
      for (const Json& label : axes[axis].at("labels"))
        longer.push_back(word + (word.empty() ? "" : " | ") + label.get<std::string>());
    words = std::move(longer);
  }
  return words;
}

std::string axis_names(const Json& axes, std::size_t begin, std::size_t end) {
  std::string names;
  for (std::size_t axis = begin; axis < end; ++axis) names += (axis == begin ? "" : " | ") + text(axes[axis], "name");
  return names;
}

// The first two axes down, the others across.
std::string cross_table(const Json& cross) {
  const Json& axes = cross.at("axes");
  const std::size_t split = axes.size() == 2 ? 1 : 2;
  const std::vector<std::string> rows = combinations(axes, 0, split), cols = combinations(axes, split, axes.size());
  std::string html =
      fmt::format("<details><summary>{}: {} of {} bins met; {} down, {} across</summary>\n<table>\n",
                  report::escaped(text(cross, "name")), number(cross, "num_hit"), number(cross, "num_bins"),
                  axis_names(axes, 0, split), axis_names(axes, split, axes.size()));
  std::vector<std::string> head{""};
  head.insert(head.end(), cols.begin(), cols.end());
  html += report::row(head, "th");
  const Json& counts = cross.at("counts");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    html += "<tr><td>" + report::escaped(rows[row]) + "</td>";
    for (std::size_t col = 0; col < cols.size(); ++col) {
      const auto count = counts[row * cols.size() + col].get<std::int64_t>();
      html += count == 0 ? "<td class=\"none\">0</td>" : fmt::format("<td>{}</td>", count);
    }
    html += "</tr>\n";
  }
  return html + "</table></details>\n";
}

std::string hole_table(const Json& coverage) {
  if (coverage.at("holes").empty()) return "<p>No holes.</p>\n";
  std::string html = "<table>\n" + report::row({"cross", "bins not met", "such as", "reason"}, "th");
  for (const Json& hole : coverage.at("holes")) {
    const bool unexplained = text(hole, "reason").empty();
    html += report::row({text(hole, "cross"), fmt::to_string(number(hole, "num_bins")),
                         hole.at("examples").front().get<std::string>(), unexplained ? "none" : text(hole, "reason")},
                        "td", unexplained ? "bad" : "");
  }
  return html + "</table>\n";
}

std::string section(const Json& result) {
  std::string html = fmt::format("<h2>{}</h2>\n", report::escaped(text(result, "target")));
  if (!result.at("failure").is_null())
    html += "<pre class=\"bad\">" + report::escaped(text(result.at("failure"), "text")) + "</pre>\n";
  if (result.contains("stages")) html += stage_table(result);
  html += hole_table(result.at("coverage"));
  for (const Json& cross : result.at("coverage").at("crosses")) html += cross_table(cross);
  return html;
}

}  // namespace

std::string verify_html(const Json& report) {
  const Json& results = report.at("results");
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>ampa "
      "verify</title><style>{}</style></head>"
      "<body>\n<h1>ampa verify</h1>\n<p>Seed {}, revision {}.</p>\n",
      kStyle, report.at("config").at("seed").dump(), report::escaped(report.at("context").value("git_revision", "")));
  html += summary_table(results);
  for (const Json& result : results) html += section(result);
  return html + "</body></html>\n";
}

}  // namespace ampa::commands
