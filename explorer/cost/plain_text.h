// The texts of other programs before they are read: UTF-8 and printable, or refused by name.
#pragma once

#include <string>
#include <string_view>

namespace ampa::cost {

// `text` without a byte order mark. Throws InputError naming `source` and, where there is one, the line (from 1; lines
// end with a line feed, a carriage return or both): UTF-16, a binary file, bytes that are not UTF-8, control characters
// other than tabs.
std::string_view plain_text(const std::string& text, const std::string& source);

}  // namespace ampa::cost
