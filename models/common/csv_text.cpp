#include "common/csv_text.h"

#include "common/number_text.h"
#include "common/shown_text.h"

namespace ampa {

std::string csv_text(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool may_run =
      first != std::string_view::npos && std::string_view("=+-@").find(text[first]) != std::string_view::npos;
  std::string cell = may_run && !parse_number(text) ? "\"'" : "\"";
  for (const char c : shown_text(text)) cell += c == '"' ? "\"\"" : std::string(1, c);
  return cell + '"';
}

}  // namespace ampa
