#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "paper/page.h"
#include "paper/page_parts.h"
#include "report/html_text.h"
#include "report/styled_page.h"

namespace ampa::paper {
namespace {

using report::escaped;

std::string table(const PageTable& content) {
  if (content.rows.empty()) return "";
  std::string html =
      "<div class=\"panel scroll\"><table><thead>\n" + report::row(content.header, "th") + "</thead><tbody>\n";
  for (const auto& row : content.rows)
    html += report::row(row, "td", row.size() == 3 && row[1] == "reversed" ? "front" : "");
  return html + "</tbody></table></div>\n";
}

// From white (lowest) to blue (highest).
std::string colour(double share) {
  const double at = std::clamp(share, 0.0, 1.0);
  const auto mix = [&](int from, int to) { return static_cast<int>(std::lround(from + at * (to - from))); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(0xf3, 0x12), mix(0xf5, 0x4a), mix(0xf8, 0x9c));
}

// Rows: layers in order; columns: epochs.
std::string heat_map(const LayerHistory& history) {
  double low = 1e300, high = -1e300;
  std::size_t columns = 0;
  for (const auto& layer : history.values) {
    columns = std::max(columns, layer.size());
    for (const double value : layer) low = std::min(low, value), high = std::max(high, value);
  }
  if (columns == 0) return "";
  constexpr int kCell = 9, kLabel = 150;
  std::string svg =
      fmt::format("<svg width=\"{}\" height=\"{}\" font-size=\"8\" role=\"img\">",
                  kLabel + kCell * static_cast<int>(columns), kCell * static_cast<int>(history.layers.size()));
  for (std::size_t y = 0; y < history.layers.size(); ++y) {
    svg += fmt::format("<text x=\"0\" y=\"{}\">{}</text>", kCell * static_cast<int>(y) + 8, escaped(history.layers[y]));
    for (std::size_t x = 0; x < history.values[y].size(); ++x)
      svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"><title>{:.4g}</title></rect>",
                         kLabel + kCell * static_cast<int>(x), kCell * static_cast<int>(y), kCell, kCell,
                         colour(high > low ? (history.values[y][x] - low) / (high - low) : 0), history.values[y][x]);
  }
  return fmt::format(
      "<div class=\"panel scroll\"><h3>{}</h3><p class=\"note\">Rows: layers in order; columns: epochs; from {:.4g} "
      "(light) to {:.4g} (dark).</p>{}</svg></div>\n",
      escaped(history.title), low, high, svg);
}

std::string chart(const std::vector<Curve>& list) {
  if (list.empty()) return "";
  static const char* const kColours[] = {"#124a9c", "#c0392b", "#2e8b57", "#8e44ad",
                                         "#d68910", "#148f8f", "#7f8c8d", "#34495e"};
  constexpr double kWidth = 640, kHeight = 240;
  double low = 1e300, high = -1e300;
  for (const Curve& curve : list)
    for (const double value : curve.values)
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  if (!(high > low)) high = low + 1;
  std::string svg = fmt::format("<svg width=\"{}\" height=\"{}\" role=\"img\">", kWidth, kHeight), legend;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char* const stroke = kColours[i % std::size(kColours)];
    std::string points;
    const auto count = static_cast<double>(std::max<std::size_t>(2, list[i].values.size()));
    for (std::size_t x = 0; x < list[i].values.size(); ++x)
      if (std::isfinite(list[i].values[x]))
        points += fmt::format("{:.1f},{:.1f} ", kWidth * static_cast<double>(x) / (count - 1),
                              kHeight * (1 - (list[i].values[x] - low) / (high - low)));
    svg += fmt::format("<polyline fill=\"none\" stroke=\"{}\" points=\"{}\"/>", stroke, points);
    legend += fmt::format("<span style=\"color:{}\">&#9632; {}</span><br>", stroke, escaped(list[i].title));
  }
  return fmt::format(
      "<div class=\"panel scroll\"><p class=\"note\">Test metric over the epochs, from {:.4g} to {:.4g}.</p>{}</svg><p "
      "class=\"note\">{}</p></div>\n",
      low, high, svg, legend);
}

std::string section(const TableResult& result, const std::string& folder) {
  const Experiment& experiment = *result.experiment;
  std::string html =
      fmt::format("<h2>{}: {}</h2>\n<p class=\"sub\">Scale {}. <code>{}</code></p>\n", escaped(heading_of(experiment)),
                  escaped(experiment.title), escaped(result.scale), escaped(command_of(result, folder)));
  html += table(figures_table(result)) + table(claims_table(result)) + chart(curves(result));
  for (const LayerHistory& history : layer_histories(result)) html += heat_map(history);
  return html;
}

}  // namespace

std::string html_page(const PageInput& input, const Json& context) {
  std::string body =
      "<h1>The paper beside ours</h1>\n<p class=\"sub\">Printed: Ding et al., AMPA, ICML 2024. Ours: the mean over "
      "seeds &plusmn; half of the 95 % interval of the mean (t); records: the first digits of their results_sha256. "
      "At the paper's size: what its own network comes to by its MACs, before any training (BOPS and inference in 10^9 "
      "BitOPs an image); RR estimated: the same of ours. A "
      "claim is shown or reversed where the one-sided paired t-test over tasks and seeds has p &lt; 0.05. Costs on " +
      escaped(input.point) +
      ": cycles of the quantized products of the whole run; LUTs of the array without DSP slices times its seconds at "
      "the pre-layout clock of its elements.</p>\n";
  body += "<h2>Claims</h2>\n" + table(all_claims_table(input.tables));
  for (const TableResult& result : input.tables) body += section(result, input.folder);
  return report::styled_page("The paper beside ours", body, context);
}

}  // namespace ampa::paper
