#include "report/styled_page.h"

#include <fmt/format.h>

#include "common/error.h"
#include "embedded_report.h"
#include "report/html_text.h"

namespace ampa::report {
namespace {

std::string context_html(const Json& context) {
  std::string parts;
  for (const auto& [key, value] : context.items())
    parts += (parts.empty() ? "" : " &middot; ") +
             fmt::format("{}: {}", escaped(key), escaped(value.is_string() ? value.get<std::string>() : value.dump()));
  return "<!--context-->" + parts + "<!--/context-->";
}

}  // namespace

std::string_view asset(std::string_view name) {
  for (const auto& [file, text] : embedded::report_files())
    if (file == name) return text;
  throw RunError(fmt::format("report: no embedded file {}", name));
}

std::string styled_page(const std::string& title, const std::string& body, const Json& context,
                        const std::string& scripts) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<link rel=\"icon\" "
      "href=\"data:,\">\n<style>\n",
      escaped(title));
  page += asset("style");
  page += "</style>\n</head>\n<body>\n<main>\n" + body;
  page += "<footer>" + context_html(context) + "</footer>\n</main>\n";
  return page + scripts + "</body>\n</html>\n";
}

}  // namespace ampa::report
