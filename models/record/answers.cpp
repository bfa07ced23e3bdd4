#include "record/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

namespace ampa::record {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kPerDigit = 4;

std::size_t num_digits(std::size_t samples) {
  return (samples + kPerDigit - 1) / kPerDigit;
}

Json bits_json(const std::vector<bool>& bits) {
  std::string digits;
  for (std::size_t i = 0; i < bits.size(); i += kPerDigit) {
    std::size_t digit = 0;
    for (std::size_t k = 0; k < kPerDigit; ++k) digit = 2 * digit + (i + k < bits.size() && bits[i + k] ? 1 : 0);
    digits += kDigits[digit];
  }
  return {{"samples", bits.size()}, {"right", digits}};
}

std::vector<bool> parse_bits(JsonReader reader) {
  const auto samples = static_cast<std::size_t>(reader.integer("samples", 1, std::numeric_limits<std::int32_t>::max()));
  const std::string digits = reader.string("right");
  if (digits.size() != num_digits(samples))
    reader.fail("right", fmt::format("{} hexadecimal digits for {} samples", num_digits(samples), samples),
                fmt::format("{} characters", digits.size()));
  std::vector<bool> bits;
  for (const char c : digits) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) reader.fail("right", "hexadecimal digits", fmt::format("'{}'", c));
    for (std::size_t k = 0; k < kPerDigit; ++k) bits.push_back((digit >> (kPerDigit - 1 - k) & 1) != 0);
  }
  if (std::find(bits.begin() + static_cast<std::ptrdiff_t>(samples), bits.end(), true) != bits.end())
    reader.fail("right", "zeros behind the last sample", digits.substr(digits.size() - 1));
  bits.resize(samples);
  reader.finish();
  return bits;
}

}  // namespace

Json to_json(const Answers& answers) {
  return {{"validation", bits_json(answers.validation)}, {"test", bits_json(answers.test)}};
}

Answers answers_from_json(JsonReader reader) {
  Answers answers{parse_bits(reader.child("validation")), parse_bits(reader.child("test"))};
  reader.finish();
  return answers;
}

double percent_right(const std::vector<bool>& right) {
  const auto count = std::count(right.begin(), right.end(), true);
  return 100.0 * static_cast<double>(count) / static_cast<double>(right.size());
}

}  // namespace ampa::record
