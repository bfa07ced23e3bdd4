#include "common/json_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/shown_text.h"

namespace ampa {
namespace {

// A value on one line, cut where it is long, between two characters.
std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= 60) return text;
  std::size_t end = 57;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

// The integer in [min, max] that a value is, if it is one: 1.0 and 1e3 are. Unsigned values beyond 63 bits would wrap
// in get<int64_t>; doubles beyond 2^53 may stand for an integer that they are not.
std::optional<std::int64_t> integer_in(const Json& value, std::int64_t min, std::int64_t max) {
  constexpr double kExact = static_cast<double>(std::int64_t{1} << 53);
  std::int64_t number = 0;
  if (value.is_number_float()) {
    const double real = value.get<double>();
    if (!(std::abs(real) <= kExact) || real != std::trunc(real)) return std::nullopt;
    number = static_cast<std::int64_t>(real);
  } else {
    if (!value.is_number_integer()) return std::nullopt;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
      return std::nullopt;
    number = value.get<std::int64_t>();
  }
  if (number < min || number > max) return std::nullopt;
  return number;
}

}  // namespace

Json read_json_file(const std::filesystem::path& path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;  // of a text that is JSON; a device may have no end
  return parse_json(read_file(path, kMostBytes), path.string());
}

void write_json_file(const std::filesystem::path& path, const Json& json) {
  write_file_atomically(path, json.dump(2) + "\n");
}

JsonReader::JsonReader(const Json& json, std::string source, std::string prefix)
    : json_(&json), source_(std::move(source)), prefix_(std::move(prefix)) {
  if (!json.is_object())
    throw InputError(
        fmt::format("{}: {}expected an object, found {}", source_, prefix_.empty() ? "" : prefix_ + ": ", shown(json)));
}

bool JsonReader::has(const std::string& key) const {
  asked_.insert(key);
  return json_->contains(key);
}

std::string JsonReader::path(const std::string& key) const {
  return prefix_.empty() ? key : prefix_ + "." + key;
}

void JsonReader::fail(const std::string& key, const std::string& expected, const std::string& found) const {
  throw InputError(shown_text(fmt::format("{}: {}: expected {}, found {}", source_, path(key), expected, found)));
}

const Json& JsonReader::require(const std::string& key) {
  asked_.insert(key);
  const auto found = json_->find(key);
  if (found == json_->end()) fail(key, "a value", "nothing (the key is missing)");
  return *found;
}

const Json& JsonReader::any(const std::string& key) {
  return require(key);
}

std::string JsonReader::string(const std::string& key) {
  const Json& value = require(key);
  if (!value.is_string()) fail(key, "a string", shown(value));
  return value.get<std::string>();
}

bool JsonReader::boolean(const std::string& key) {
  const Json& value = require(key);
  if (!value.is_boolean()) fail(key, "true or false", shown(value));
  return value.get<bool>();
}

std::int64_t JsonReader::integer(const std::string& key, std::int64_t min, std::int64_t max) {
  const Json& value = require(key);
  const std::optional<std::int64_t> number = integer_in(value, min, max);
  if (!number) fail(key, integer_words(min, max), shown(value));
  return *number;
}

std::uint64_t JsonReader::decimal(const std::string& key) {
  const std::string digits = string(key);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size())
    fail(key, "a number below 2^64 in decimal digits", "'" + digits + "'");
  return number;
}

double JsonReader::number(const std::string& key, double min, double max) {
  return number(key, NumberRange{min, max});
}

double JsonReader::number(const std::string& key, const NumberRange& range) {
  const Json& value = require(key);
  if (!value.is_number() || !range.has(value.get<double>())) fail(key, range.words(), shown(value));
  return value.get<double>();
}

std::optional<double> JsonReader::number_or_null(const std::string& key) {
  const Json& value = require(key);
  if (value.is_null()) return std::nullopt;
  if (!value.is_number()) fail(key, "a number or null", shown(value));
  return value.get<double>();
}

std::vector<std::int64_t> JsonReader::integers(const std::string& key, std::int64_t min, std::int64_t max) {
  std::vector<std::int64_t> numbers;
  for (const Json& value : array(key)) {
    const std::optional<std::int64_t> number = integer_in(value, min, max);
    if (!number) fail(key, fmt::format("an array of integers in [{}, {}]", min, max), shown(value));
    numbers.push_back(*number);
  }
  return numbers;
}

const Json& JsonReader::array(const std::string& key) {
  const Json& value = require(key);
  if (!value.is_array()) fail(key, "an array", shown(value));
  return value;
}

const Json& JsonReader::object(const std::string& key) {
  const Json& value = require(key);
  if (!value.is_object()) fail(key, "an object", shown(value));
  return value;
}

JsonReader JsonReader::child(const std::string& key) {
  return JsonReader(object(key), source_, path(key));
}

std::vector<JsonReader> JsonReader::children(const std::string& key) {
  std::vector<JsonReader> readers;
  const Json& values = array(key);
  for (std::size_t i = 0; i < values.size(); ++i)
    readers.emplace_back(values[i], source_, fmt::format("{}[{}]", path(key), i));
  return readers;
}

void JsonReader::finish() const {
  for (const auto& [key, value] : json_->items())
    if (asked_.count(key) == 0) fail(key, fmt::format("one of the keys {}", fmt::join(asked_, ", ")), "an unknown key");
}

}  // namespace ampa
