// The frame of a self-contained HTML page in the report's style.
#pragma once

#include <string>
#include <string_view>

#include "common/json_reader.h"

namespace ampa::report {

// A file of assets/, by its name without suffix. Throws RunError for another.
std::string_view asset(std::string_view name);

// The page of `body` (HTML) under `title` (text). All that may differ between two runs, the context, stands in the
// footer between the comments <!--context--> and <!--/context-->. `scripts` are elements behind it.
std::string styled_page(const std::string& title, const std::string& body, const Json& context,
                        const std::string& scripts = "");

}  // namespace ampa::report
