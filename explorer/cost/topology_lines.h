// The lines of a topology file as cells, whatever program has written it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ampa::cost {

struct TopologyRow {
  std::int64_t line = 0;           // in the file, from 1
  std::vector<std::string> cells;  // without blanks around them and without quotes
};

struct TopologyLines {
  std::vector<TopologyRow> rows;  // those with a value
  bool starts_with_row = true;    // the first line of the file is the first row: no comment, no empty line
};

// Whole numbers of at least three cells behind the first make a row of numbers.
bool is_row_of_numbers(const std::vector<std::string>& cells);

// Lines end with a line feed, a carriage return or both. A line that begins with # or // is a comment, and so is what
// follows a separator and one of them; a first line "sep=;" is skipped. Cells are separated by commas, semicolons or
// tabs: whichever cuts the first row of numbers into numbers. A cell may stand in double quotes, in which a doubled
// quote is one. Blanks are those of Unicode, no-break spaces included. Throws InputError naming `source` and the line:
// as plain_text does, and for a quote that is not closed.
TopologyLines split_topology(const std::string& text, const std::string& source);

}  // namespace ampa::cost
