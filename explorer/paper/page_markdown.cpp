#include <fmt/format.h>

#include <cmath>

#include "common/shown_text.h"
#include "paper/page.h"
#include "paper/page_parts.h"

namespace ampa::paper {
namespace {

// What a cell of a Markdown table may hold.
std::string cell(const std::string& text) {
  std::string result;
  for (const char c : shown_text(text, Lines::kOne)) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& one : cells) text += " " + cell(one) + " |";
  return text + "\n";
}

std::string table(const PageTable& content) {
  if (content.rows.empty()) return "";
  std::string text = line(content.header) + "|";
  for (std::size_t i = 0; i < content.header.size(); ++i) text += "---|";
  text += "\n";
  for (const auto& row : content.rows) text += line(row);
  return text + "\n";
}

// A line of digits a layer; losses in steps of a tenth of the largest.
std::string history(const LayerHistory& content) {
  double largest = 0;
  for (const auto& layer : content.values)
    for (const double value : layer) largest = std::max(largest, value);
  const bool widths = largest >= 2;
  std::string text = fmt::format(
      "{}, {}:\n\n```\n", cell(content.title),
      widths ? "widths over the epochs" : fmt::format("over the measured epochs in tenths of {:.4g}", largest));
  for (std::size_t i = 0; i < content.layers.size(); ++i) {
    text += fmt::format("{:<28} ", cell(content.layers[i]));
    for (const double value : content.values[i])
      text += widths ? fmt::format("{:.0f}", value)
                     : fmt::format("{}", largest > 0 ? std::min(9, static_cast<int>(10 * value / largest)) : 0);
    text += "\n";
  }
  return text + "```\n\n";
}

std::string section(const TableResult& result, const std::string& folder) {
  const Experiment& experiment = *result.experiment;
  std::string text = fmt::format("## {}: {}\n\nScale {}. `{}`\n\n", heading_of(experiment), experiment.title,
                                 result.scale, command_of(result, folder));
  text += table(figures_table(result)) + table(claims_table(result));
  for (const LayerHistory& one : layer_histories(result)) text += history(one);
  for (const Curve& curve : curves(result)) {
    text += cell(curve.title) + ":";
    for (const double value : curve.values) text += fmt::format(" {:.1f}", value);
    text += "\n\n";
  }
  return text;
}

}  // namespace

std::string markdown_page(const PageInput& input) {
  std::string text = fmt::format(
      "# The paper beside ours\n\n"
      "Printed: Ding et al., AMPA, ICML 2024. Ours: the mean over seeds ± half of the 95 % interval of the mean (t); "
      "records: the first digits of their results_sha256. At the paper's size: what its own network comes to by its "
      "MACs, before any training (BOPS and inference in 10^9 BitOPs an image); RR estimated: the same of ours. Costs "
      "on {}: cycles "
      "of the quantized products of the whole run, LUTs of the array without DSP slices times its seconds at the "
      "pre-layout clock of its elements. A claim is shown or reversed where the one-sided paired t-test over tasks and "
      "seeds has p < 0.05.\n\n",
      input.point);
  text += "## Claims\n\n" + table(all_claims_table(input.tables));
  for (const TableResult& result : input.tables) text += section(result, input.folder);
  return text;
}

}  // namespace ampa::paper
