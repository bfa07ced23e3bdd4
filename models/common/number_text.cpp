#include "common/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace ampa {
namespace {

// Beyond every exponent that a value of 64 bits, or a double, can need; larger ones are no different.
constexpr int kMostExponent = 100000;

// sign * 0.digits * 10^exponent, the digits without zeros at either end; no digits: 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::size_t num_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// Takes "e-12" off the front; 0 if there is no exponent.
int take_exponent(std::string_view& text) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return 0;
  const std::size_t sign = text.size() > 1 && (text[1] == '+' || text[1] == '-') ? 1 : 0;
  const std::string_view digits = text.substr(1 + sign, num_digits(text.substr(1 + sign)));
  if (digits.empty()) return 0;
  int exponent = 0;
  for (const char digit : digits) exponent = std::min(exponent * 10 + (digit - '0'), kMostExponent);
  const bool negative = text[1] == '-';
  text.remove_prefix(1 + sign + digits.size());
  return negative ? -exponent : exponent;
}

// Takes a number off the front of a text.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal decimal;
  decimal.negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const std::size_t whole = num_digits(text);
  decimal.digits = text.substr(0, whole);
  text.remove_prefix(whole);
  if (!text.empty() && text[0] == '.') {
    const std::size_t fraction = num_digits(text.substr(1));
    decimal.digits += text.substr(1, fraction);
    text.remove_prefix(1 + fraction);
  }
  if (decimal.digits.empty() || decimal.digits.size() > kMostExponent) return std::nullopt;
  decimal.exponent = static_cast<int>(whole) + take_exponent(text);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  const std::size_t zeros = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, zeros);
  decimal.exponent -= static_cast<int>(zeros);
  return decimal;
}

std::optional<Decimal> whole_decimal(std::string_view text) {
  text = trimmed(text);
  const std::optional<Decimal> decimal = take_decimal(text);
  return text.empty() ? decimal : std::nullopt;
}

// |decimal| * 2^shift if that is an integer below 2^64. 5^n divides the digits as often as the fraction needs it, or
// the value is no integer.
std::optional<std::uint64_t> magnitude(const Decimal& decimal, int shift = 0) {
  if (decimal.digits.empty()) return 0;
  if (decimal.exponent > 20 || decimal.digits.size() > 64) return std::nullopt;
  unsigned __int128 value = 0;
  int scale = decimal.exponent - static_cast<int>(decimal.digits.size());  // value = digits * 10^scale
  if (scale < -44) return std::nullopt;
  for (const char digit : decimal.digits) {
    if (value > ~static_cast<unsigned __int128>(0) / 10 - 1) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  for (; scale > 0; --scale) value *= 10;  // below 10^20 by the exponent
  for (; scale < 0; ++scale) {
    if (value % 5 != 0) return std::nullopt;
    value /= 5;
    if (value % 2 == 0)
      value /= 2;
    else if (--shift < 0)
      return std::nullopt;
  }
  if (value >> 64 != 0 || (shift > 0 && value >> (64 - shift) != 0)) return std::nullopt;
  return static_cast<std::uint64_t>(value) << shift;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const std::optional<Decimal> decimal = whole_decimal(text);
  if (!decimal) return std::nullopt;
  if (decimal->digits.empty()) return decimal->negative ? -0.0 : 0.0;
  const std::string plain = "0." + decimal->digits + "e" + std::to_string(decimal->exponent);
  double number = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (error == std::errc::result_out_of_range && decimal->exponent < 0)
    number = 0;  // below every double
  else if (error != std::errc() || !std::isfinite(number))
    return std::nullopt;
  return decimal->negative ? -number : number;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::optional<Decimal> decimal = whole_decimal(text);
  const std::optional<std::uint64_t> value = decimal ? magnitude(*decimal) : std::nullopt;
  if (!value || *value > static_cast<std::uint64_t>(INT64_MAX) + (decimal->negative ? 1 : 0)) return std::nullopt;
  return decimal->negative ? static_cast<std::int64_t>(0 - *value) : static_cast<std::int64_t>(*value);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  const std::optional<Decimal> decimal = whole_decimal(text);
  if (!decimal || (decimal->negative && !decimal->digits.empty())) return std::nullopt;
  return magnitude(*decimal);
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  text = trimmed(text);
  const std::optional<Decimal> decimal = take_decimal(text);
  if (!decimal || (decimal->negative && !decimal->digits.empty())) return std::nullopt;
  std::string unit(trimmed(text));
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  int shift = 0;
  if (!unit.empty() && unit != "b") {
    constexpr std::string_view kLetters = "kmgt";
    const std::size_t letter = kLetters.find(unit[0]);
    const std::string_view rest = std::string_view(unit).substr(1);
    if (letter == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) return std::nullopt;
    shift = 10 * static_cast<int>(letter + 1);
  }
  const std::optional<std::uint64_t> bytes = magnitude(*decimal, shift);
  if (!bytes || *bytes > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<std::int64_t>(*bytes);
}

}  // namespace ampa
