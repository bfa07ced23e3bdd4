#include "cost/plain_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "common/shown_text.h"

namespace ampa::cost {
namespace {

void check_line(std::string_view line, const std::string& source, std::int64_t number) {
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F)
      throw InputError(fmt::format("{}: line {}: expected printable text, found the control character 0x{:02x}", source,
                                   number, byte));
  }
  if (invalid_utf8(line) != std::string_view::npos)
    throw InputError(
        fmt::format("{}: line {}: expected a text in UTF-8, found other bytes: save it in UTF-8", source, number));
}

}  // namespace

std::string_view plain_text(const std::string& text, const std::string& source) {
  std::string_view content = text;
  const std::string_view start = content.substr(0, 2);
  if (start == "\xFF\xFE" || start == "\xFE\xFF" || text.find('\0') != std::string::npos)
    throw InputError(
        fmt::format("{}: expected a text in UTF-8, found one in UTF-16 or a binary file: save it in UTF-8", source));
  if (content.substr(0, 3) == "\xEF\xBB\xBF") content.remove_prefix(3);
  std::int64_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find_first_of("\r\n", begin), content.size());
    check_line(content.substr(begin, end - begin), source, ++number);
    begin = end + (content.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return content;
}

}  // namespace ampa::cost
