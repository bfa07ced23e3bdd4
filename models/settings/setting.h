// One setting of a run or command: its key, what values it takes and what it is for. Tables of settings are what flags,
// keys of files, help, schemas and the page of settings are made from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "common/number_range.h"
#include "settings/condition.h"

namespace ampa::settings {

enum class Kind {
  kText,
  kChoice,    // one of `choices`
  kInteger,   // in [min, max], or one of `choices`
  kUnsigned,  // in [0, max_unsigned]
  kNumber,    // in `range`
  kIntegers,  // list of integers in [min, max], on the command line separated by commas
  kTexts,     // list of texts: separated by commas if `splits`, and the flag may be repeated
  kSwitch,    // there or not
};

struct Setting {
  std::string key;  // "batch_size"; as a flag --batch-size
  Kind kind = Kind::kText;
  std::string help;             // what it is for, without the full stop
  std::string unit;             // "epochs"; empty: none
  std::string place;            // stands for the value in help: "FILE"
  Json otherwise;               // the value if it is not given; null: none
  std::string otherwise_words;  // in place of the value, for one that is worked out: "all processors"
  Condition acts;

  std::int64_t min = 0, max = 0;
  std::uint64_t max_unsigned = 0;
  NumberRange range;
  std::vector<std::string> choices;
  bool splits = false;
  std::size_t min_items = 0;  // of a list, whose items then differ
  bool nullable = false;      // in files the value may be null, as if it were absent

  Setting& about(std::string words) { return help = std::move(words), *this; }
  Setting& in(std::string words) { return unit = std::move(words), *this; }
  Setting& as(std::string words) { return place = std::move(words), *this; }
  Setting& by_default(Json value) { return otherwise = std::move(value), *this; }
  Setting& by_default_words(std::string words) { return otherwise_words = std::move(words), *this; }
  Setting& acts_only(Condition condition) { return acts = std::move(condition), *this; }
  Setting& or_words(std::vector<std::string> words) { return choices = std::move(words), *this; }
  Setting& at_least(std::size_t items) { return min_items = items, *this; }
  Setting& or_null() { return nullable = true, *this; }
};

Setting text(const std::string& key);
Setting choice(const std::string& key, const std::vector<std::string>& choices);
Setting integer(const std::string& key, std::int64_t min, std::int64_t max);
Setting unsigned_integer(const std::string& key, std::uint64_t max);
Setting number(const std::string& key, NumberRange range);
Setting integers(const std::string& key, std::int64_t min, std::int64_t max);
Setting texts(const std::string& key);      // the flag may be repeated
Setting text_list(const std::string& key);  // separated by commas, and the flag may be repeated
Setting on_off(const std::string& key);

// What values it takes: "a number above 0, at most 1000", "one of constant, cosine, step".
std::string expected(const Setting& setting);

// The default as it is typed, the words for it, or "".
std::string default_text(const Setting& setting);

// What was typed, as the JSON value of the setting's kind. Numbers are read as people write them. Throws InputError
// "SOURCE: expected X, found "Y"", where source names the flag. `typed` are the occurrences of the flag.
Json value_of(const Setting& setting, const std::vector<std::string>& typed, const std::string& source);

// Whether a value of a file is one that the setting takes. JSON has its own grammar, in which 1.0 and 1e0 are the
// integer 1: `value` is rewritten as one where an integer is meant.
bool accept(const Setting& setting, Json& value);

// A JSON Schema (draft 7) of the value.
Json schema_of(const Setting& setting);

}  // namespace ampa::settings
