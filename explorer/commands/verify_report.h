// What the bench found, as JSON, as text and as a page.
#pragma once

#include <filesystem>
#include <string>

#include "common/json_reader.h"
#include "verify/verify.h"
#include "verify/verify_units.h"

namespace ampa::commands {

// One entry of "results": a point or a unit. `trace` is the folder of the failure's trace, `stream` the file of the
// failing stream; empty if there is none.
Json to_json(const verify::VerifyReport& report, const std::filesystem::path& trace);
Json to_json(const verify::UnitReport& report, const std::filesystem::path& stream);

// Some lines on an entry of "results": stages and their counts, the coverage, and the failure.
std::string verify_text(const Json& result);

// A self-contained page of the whole report.
std::string verify_html(const Json& report);

}  // namespace ampa::commands
