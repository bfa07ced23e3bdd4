#include "settings/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "common/error.h"
#include "common/number_text.h"

namespace ampa::settings {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53: doubles below it are exact integers

Setting make(const std::string& key, Kind kind, const char* place) {
  Setting setting;
  setting.key = key;
  setting.kind = kind;
  setting.place = place;
  return setting;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(item);
  return items;
}

bool is_choice(const Setting& setting, const std::string& text) {
  return std::find(setting.choices.begin(), setting.choices.end(), text) != setting.choices.end();
}

// 1.0 and 1e0 as the integers that they are.
void make_integer(Json& value) {
  if (!value.is_number_float()) return;
  const double number = value.get<double>();
  if (std::trunc(number) == number && std::abs(number) < kExact) value = static_cast<std::int64_t>(number);
}

bool is_integer_in(const Json& value, std::int64_t min, std::int64_t max) {
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return false;
  const auto number = value.get<std::int64_t>();
  return number >= min && number <= max;
}

bool is_unsigned_below(const Json& value, std::uint64_t max) {
  if (!value.is_number_integer()) return false;
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return false;
  return value.get<std::uint64_t>() <= max;
}

Json integer_or_text(const std::string& text) {
  const auto number = parse_integer(text);
  return number ? Json(*number) : Json(text);
}

// Of the kinds of one value. Text that is no such value stays text, for accept() to refuse.
Json scalar_of(const Setting& setting, const std::string& text) {
  switch (setting.kind) {
    case Kind::kInteger:
      return is_choice(setting, text) ? Json(text) : integer_or_text(text);
    case Kind::kUnsigned: {
      const auto number = parse_unsigned(text);
      return number ? Json(*number) : Json(text);
    }
    case Kind::kNumber: {
      const auto number = parse_number(text);
      return number ? Json(*number) : Json(text);
    }
    default:
      return text;
  }
}

Json list_of(const Setting& setting, const std::vector<std::string>& typed) {
  Json list = Json::array();
  for (const std::string& text : typed)
    if (setting.kind == Kind::kIntegers)
      for (const std::string& item : split(text)) list.push_back(integer_or_text(item));
    else if (setting.splits)
      for (const std::string& item : split(text)) list.push_back(item);
    else
      list.push_back(text);
  return list;
}

std::string unsigned_words(std::uint64_t max) {
  if (max == UINT64_MAX) return "an integer in [0, 2^64 - 1]";
  if (max == static_cast<std::uint64_t>(INT64_MAX)) return "an integer in [0, 2^63 - 1]";
  return fmt::format("an integer in [0, {}]", max);
}

std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return value.dump();
}

}  // namespace

Setting text(const std::string& key) {
  return make(key, Kind::kText, "NAME");
}

Setting choice(const std::string& key, const std::vector<std::string>& choices) {
  return make(key, Kind::kChoice, "NAME").or_words(choices);
}

Setting integer(const std::string& key, std::int64_t min, std::int64_t max) {
  Setting setting = make(key, Kind::kInteger, "N");
  setting.min = min;
  setting.max = max;
  return setting;
}

Setting unsigned_integer(const std::string& key, std::uint64_t max) {
  Setting setting = make(key, Kind::kUnsigned, "N");
  setting.max_unsigned = max;
  return setting;
}

Setting number(const std::string& key, NumberRange range) {
  Setting setting = make(key, Kind::kNumber, "X");
  setting.range = range;
  return setting;
}

Setting integers(const std::string& key, std::int64_t min, std::int64_t max) {
  Setting setting = make(key, Kind::kIntegers, "N,N,...");
  setting.min = min;
  setting.max = max;
  return setting;
}

Setting texts(const std::string& key) {
  return make(key, Kind::kTexts, "NAME");
}

Setting text_list(const std::string& key) {
  Setting setting = make(key, Kind::kTexts, "NAME,...");
  setting.splits = true;
  return setting;
}

Setting on_off(const std::string& key) {
  return make(key, Kind::kSwitch, "").by_default(false);
}

std::string expected(const Setting& setting) {
  switch (setting.kind) {
    case Kind::kText:
      return "a text";
    case Kind::kChoice:
      return fmt::format("one of {}", fmt::join(setting.choices, ", "));
    case Kind::kInteger: {
      std::string words = integer_words(setting.min, setting.max);
      for (const std::string& word : setting.choices) words += fmt::format(" or \"{}\"", word);
      return words;
    }
    case Kind::kUnsigned:
      return unsigned_words(setting.max_unsigned);
    case Kind::kNumber:
      return setting.range.words();
    case Kind::kIntegers:
      return "a list, each " + integer_words(setting.min, setting.max);
    case Kind::kTexts:
      return "a list of texts";
    case Kind::kSwitch:
      return "true or false";
  }
  throw RunError("settings: a kind outside its enumeration");
}

std::string default_text(const Setting& setting) {
  if (!setting.otherwise_words.empty()) return setting.otherwise_words;
  if (setting.kind == Kind::kSwitch || !is_given(setting.otherwise)) return "";
  if (!setting.otherwise.is_array()) return plain(setting.otherwise);
  std::string words;
  for (const Json& item : setting.otherwise)
    words += (words.empty() ? "" : setting.kind == Kind::kTexts && !setting.splits ? " and " : ",") + plain(item);
  return words;
}

Json value_of(const Setting& setting, const std::vector<std::string>& typed, const std::string& source) {
  if (setting.kind == Kind::kSwitch) return true;
  const bool is_list = setting.kind == Kind::kIntegers || setting.kind == Kind::kTexts;
  if (typed.size() != 1 && setting.kind != Kind::kTexts)
    throw InputError(fmt::format("{}: expected once, found {} times", source, typed.size()));
  Json value = is_list ? list_of(setting, typed) : scalar_of(setting, typed.front());
  if (!accept(setting, value))
    throw InputError(fmt::format("{}: expected {}, found \"{}\"", source, expected(setting), typed.front()));
  return value;
}

bool accept(const Setting& setting, Json& value) {
  switch (setting.kind) {
    case Kind::kText:
      return value.is_string();
    case Kind::kChoice:
      return value.is_string() && is_choice(setting, value.get<std::string>());
    case Kind::kInteger:
      make_integer(value);
      if (value.is_string()) return is_choice(setting, value.get<std::string>());
      return is_integer_in(value, setting.min, setting.max);
    case Kind::kUnsigned:
      make_integer(value);
      return is_unsigned_below(value, setting.max_unsigned);
    case Kind::kNumber:
      return value.is_number() && setting.range.has(value.get<double>());
    case Kind::kIntegers:
      if (!value.is_array()) return false;
      for (Json& item : value) make_integer(item);
      return std::all_of(value.begin(), value.end(),
                         [&](const Json& item) { return is_integer_in(item, setting.min, setting.max); });
    case Kind::kTexts:
      return value.is_array() &&
             std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
    case Kind::kSwitch:
      return value.is_boolean();
  }
  throw RunError("settings: a kind outside its enumeration");
}

}  // namespace ampa::settings
