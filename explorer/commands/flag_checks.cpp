#include "commands/flag_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ampa::commands {

CLI::Validator is_seed() {
  const auto check = [](const std::string& text) -> std::string {
    std::uint64_t seed = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, seed);
    if (error == std::errc() && rest == end) return "";
    return fmt::format("expected an integer in [0, {}], found \"{}\"", std::numeric_limits<std::uint64_t>::max(), text);
  };
  return CLI::Validator(check, "", "seed");
}

CLI::Validator is_number_in(double min, double max) {
  const auto check = [min, max](const std::string& text) -> std::string {
    double number = 0;
    if (CLI::detail::lexical_cast(text, number) && std::isfinite(number) && number >= min && number <= max) return "";
    return fmt::format("expected a number in [{}, {}], found \"{}\"", min, max, text);
  };
  return CLI::Validator(check, fmt::format("in [{} - {}]", min, max), "number");
}

}  // namespace ampa::commands
