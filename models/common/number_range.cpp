#include "common/number_range.h"

#include <fmt/format.h>

#include <cmath>

namespace ampa {

bool NumberRange::has(double number) const {
  return std::isfinite(number) && (above_min ? number > min : number >= min) &&
         (below_max ? number < max : number <= max);
}

std::string NumberRange::words(const char* what) const {
  const bool from = std::isfinite(min), to = std::isfinite(max);
  if (from && to && !above_min && !below_max) return fmt::format("a {} in [{}, {}]", what, min, max);
  std::string words = fmt::format("a {}", what);
  if (from) words += fmt::format(" {} {}", above_min ? "above" : "of at least", min);
  if (to) words += fmt::format("{} {} {}", from ? "," : "", below_max ? "below" : from ? "at most" : "of at most", max);
  return words;
}

std::string integer_words(std::int64_t min, std::int64_t max) {
  constexpr std::int64_t kReadable = std::int64_t{1} << 53;
  const bool from = min >= -kReadable, to = max <= kReadable;
  if (from && to) return fmt::format("an integer in [{}, {}]", min, max);
  if (from) return fmt::format("an integer of at least {}", min);
  if (to) return fmt::format("an integer of at most {}", max);
  return "an integer of 64 bits";
}

}  // namespace ampa
