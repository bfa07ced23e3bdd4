#include "cost/topology_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "common/error.h"
#include "cost/plain_text.h"

namespace ampa::cost {
namespace {

// Of UTF-8: tab, blank, no-break, figure, narrow no-break, ideographic, zero-width no-break (a byte order mark inside).
constexpr std::string_view kBlanks[] = {"\t", " ", "\u00A0", "\u2007", "\u202F", "\u3000", "\uFEFF"};

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

bool ends(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

std::string_view without_leading_blanks(std::string_view text) {
  const auto blank = [&] {
    return std::find_if(std::begin(kBlanks), std::end(kBlanks), [&](std::string_view b) { return begins(text, b); });
  };
  for (auto found = blank(); found != std::end(kBlanks); found = blank()) text.remove_prefix(found->size());
  return text;
}

std::string_view trimmed(std::string_view text) {
  text = without_leading_blanks(text);
  const auto blank = [&] {
    return std::find_if(std::begin(kBlanks), std::end(kBlanks), [&](std::string_view b) { return ends(text, b); });
  };
  for (auto found = blank(); found != std::end(kBlanks); found = blank()) text.remove_suffix(found->size());
  return text;
}

bool is_comment(std::string_view text) {
  return begins(text, "#") || begins(text, "//");
}

bool is_number(const std::string& cell) {
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// One cell from `begin` on, which is left behind the separator that ends it, or behind the end of the text. Nothing if
// a quote is not closed or followed by text.
std::optional<std::string> take_cell(std::string_view text, char separator, std::size_t& begin) {
  std::size_t end = std::min(text.find(separator, begin), text.size());
  const std::string_view plain = trimmed(text.substr(begin, end - begin));
  if (!begins(plain, "\"")) {
    begin = end + 1;
    return std::string(plain);
  }
  std::string cell;
  for (std::size_t i = text.find('"', begin) + 1;; ++i) {
    const std::size_t quote = text.find('"', i);
    if (quote == std::string_view::npos) return std::nullopt;
    cell += text.substr(i, quote - i);
    i = quote + 1;
    if (i >= text.size() || text[i] != '"') {
      end = std::min(text.find(separator, i), text.size());
      if (!trimmed(text.substr(i, end - i)).empty()) return std::nullopt;
      begin = end + 1;
      return std::string(trimmed(cell));
    }
    cell += '"';
  }
}

std::optional<std::vector<std::string>> split_cells(std::string_view text, char separator) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= text.size();) {
    if (is_comment(without_leading_blanks(text.substr(begin)))) break;
    const std::optional<std::string> cell = take_cell(text, separator, begin);
    if (!cell) return std::nullopt;
    cells.push_back(*cell);
  }
  return cells;
}

// A line with something on it, before it is cut.
struct Line {
  std::int64_t number = 0;
  std::string_view text;
};

std::vector<Line> lines_of(std::string_view text, bool& starts_with_row) {
  std::vector<Line> lines;
  std::int64_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    const std::string_view line = text.substr(begin, end - begin), shown = trimmed(line);
    ++number;
    const bool is_row = !is_comment(shown) && shown.find_first_not_of(",; \t\"") != std::string_view::npos;
    const bool is_hint = number == 1 && shown.size() == 5 && begins(shown, "sep=");
    if (is_row && !is_hint) lines.push_back({number, line});
    if (number == 1) starts_with_row = is_row;
    begin = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

char separator_of(const std::vector<Line>& lines) {
  for (const Line& line : lines)
    for (const char separator : {',', ';', '\t'}) {
      const auto cells = split_cells(line.text, separator);
      if (cells && is_row_of_numbers(*cells)) return separator;
    }
  return ',';
}

}  // namespace

bool is_row_of_numbers(const std::vector<std::string>& cells) {
  return cells.size() > 3 && std::count_if(cells.begin() + 1, cells.end(), is_number) >= 3;
}

TopologyLines split_topology(const std::string& text, const std::string& source) {
  TopologyLines result;
  const std::vector<Line> lines = lines_of(plain_text(text, source), result.starts_with_row);
  const char separator = separator_of(lines);
  for (const Line& line : lines) {
    std::optional<std::vector<std::string>> cells = split_cells(line.text, separator);
    if (!cells)
      throw InputError(
          fmt::format("{}: line {}: expected a quoted cell to end with a quote before the next separator, "
                      "found none",
                      source, line.number));
    if (std::any_of(cells->begin(), cells->end(), [](const std::string& cell) { return !cell.empty(); }))
      result.rows.push_back({line.number, std::move(*cells)});
  }
  return result;
}

}  // namespace ampa::cost
