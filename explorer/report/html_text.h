// Small pieces of HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/json_reader.h"

namespace ampa::report {

// & < > ", and whatever a page would not show (shown_text).
std::string escaped(std::string_view text);

// JSON that may stand inside a <script> element.
std::string script_json(const Json& json);

// A table row; the cells are escaped.
std::string row(const std::vector<std::string>& cells, const std::string& tag = "td", const std::string& css = "");

// "Accuracy": the first letter, if it is one of ASCII, as a capital.
std::string capitalised(std::string text);

}  // namespace ampa::report
