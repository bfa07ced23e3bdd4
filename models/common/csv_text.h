// Text as a cell of a CSV file.
#pragma once

#include <string>
#include <string_view>

namespace ampa {

// The text in quotes, quotes in it doubled, what would act on a display escaped (shown_text). Spreadsheets run what
// starts with =, +, - or @ as a formula: such a text gets an apostrophe in front, unless it is a number.
std::string csv_text(std::string_view text);

}  // namespace ampa
