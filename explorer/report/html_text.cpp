#include "report/html_text.h"

#include <fmt/format.h>

#include "common/shown_text.h"

namespace ampa::report {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : shown_text(text, Lines::kMany)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string script_json(const Json& json) {
  std::string result;
  for (const char c : json.dump()) {
    if (c == '<')
      result += "\\u003c";
    else
      result += c;
  }
  return result;
}

std::string row(const std::vector<std::string>& cells, const std::string& tag, const std::string& css) {
  std::string html = css.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", css);
  for (const std::string& cell : cells) html += fmt::format("<{0}>{1}</{0}>", tag, escaped(cell));
  return html + "</tr>\n";
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace ampa::report
