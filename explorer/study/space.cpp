#include "study/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "settings/suggest.h"
#include "train/train_settings.h"

namespace ampa::study {
namespace {

using settings::Kind;

bool is_in(const Json& value, const std::vector<Json>& values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

const settings::Setting& setting_of(const JsonReader& reader, const std::string& key) {
  const train::TrainSetting* row = train::find_train_setting(key);
  if (row == nullptr)
    reader.fail(key, "a setting of a training run",
                "an unknown key" + settings::did_you_mean(key, train::train_setting_keys()));
  if (key == "seed") reader.fail(key, "the seeds under `seeds`", "a seed here");
  if (key == "epochs") reader.fail(key, "one number of epochs for all settings, in `base`", "epochs here");
  return row->setting;
}

// One that the setting takes.
Json checked(const JsonReader& reader, const std::string& key, const settings::Setting& setting, Json value) {
  if (!(setting.nullable && value.is_null()) && !settings::accept(setting, value))
    reader.fail(key, settings::expected(setting), value.dump());
  return setting.kind == Kind::kNumber && value.is_number() ? Json(value.get<double>()) : value;
}

std::vector<Json> checked_values(const JsonReader& reader, const std::string& key, const settings::Setting& setting,
                                 const Json& array) {
  if (!array.is_array() || array.empty()) reader.fail(key, "an array of one or more values", array.dump());
  std::vector<Json> values;
  for (const Json& value : array) {
    values.push_back(checked(reader, key, setting, value));
    if (is_in(values.back(), {values.begin(), values.end() - 1})) reader.fail(key, "values that differ", value.dump());
  }
  return values;
}

struct Range {
  double from, to;
  std::optional<std::int64_t> steps;
  bool is_log;
};

bool is_share_of_layers(const std::string& key) {
  return key == "alpha" || key == "beta" || key == "gamma";
}

// first/of ... last/of in [from, to], times `unit`.
std::vector<Json> fractions(const Range& range, std::int64_t of, double unit) {
  std::vector<Json> values;
  for (std::int64_t i = 0; i <= of; ++i) {
    const double value = unit * static_cast<double>(i) / static_cast<double>(of);
    // Rounded up to a millionth, so that it comes to i and not to a hair less.
    const double up = std::ceil(value * 1e6 - 1e-3) / 1e6;
    if (up >= range.from && up <= range.to) values.emplace_back(up);
  }
  return values;
}

// The nearest to it of those with 15 digits, so that 0.1 + 2 * 0.1 is 0.3 and shows as that.
double as_decimal(double value) {
  return std::stod(fmt::format("{:.15g}", value));
}

std::vector<Json> stepped(const Range& range, bool integers) {
  std::vector<Json> values;
  for (std::int64_t i = 0; i < *range.steps; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(*range.steps - 1);
    double value = range.is_log ? range.from * std::pow(range.to / range.from, share)
                                : range.from + share * (range.to - range.from);
    value = i + 1 == *range.steps ? range.to : as_decimal(value);
    Json json = integers ? Json(std::llround(value)) : Json(value);
    if (values.empty() || values.back() != json) values.push_back(std::move(json));
  }
  return values;
}

std::vector<Json> range_values(JsonReader& entry, const std::string& key, const settings::Setting& setting,
                               const SpaceContext& context) {
  if (setting.kind != Kind::kNumber && setting.kind != Kind::kInteger)
    entry.fail("from", "`values`, as " + key + " is no number", "a range");
  Range range{};
  range.from = entry.number("from", NumberRange{});
  range.to = entry.number("to", NumberRange{});
  if (range.to <= range.from)
    entry.fail("to", fmt::format("a number above {}", range.from), fmt::format("{}", range.to));
  if (entry.has("scale")) {
    const std::string scale = entry.string("scale");
    if (scale != "linear" && scale != "log") entry.fail("scale", "linear or log", '"' + scale + '"');
    range.is_log = scale == "log";
    if (range.is_log && range.from <= 0)
      entry.fail("from", "a number above 0 on a logarithmic scale", fmt::format("{}", range.from));
  }
  if (entry.has("steps")) range.steps = entry.integer("steps", 2, static_cast<std::int64_t>(kMaxCombinations));
  if (range.steps) return stepped(range, setting.kind == Kind::kInteger);
  if (range.is_log) entry.fail("steps", "a number of values on a logarithmic scale", "nothing");
  if (is_share_of_layers(key)) return fractions(range, std::max(1, context.num_layers()), 100);
  if (key == "itv") return fractions(range, std::max<std::int64_t>(1, context.epochs), 1);
  if (setting.kind != Kind::kInteger) entry.fail("steps", "a number of values", "nothing");
  if (range.to - range.from >= static_cast<double>(kMaxCombinations))
    entry.fail("steps", fmt::format("a number of values, as there are more than {} integers", kMaxCombinations),
               "nothing");
  std::vector<Json> values;
  for (double value = std::ceil(range.from); value <= range.to; ++value) values.emplace_back(std::llround(value));
  return values;
}

void read_when(JsonReader& entry, Dimension& dimension) {
  if (!entry.has("when")) return;
  JsonReader when = entry.child("when");
  const Json& object = entry.object("when");
  if (object.size() != 1) entry.fail("when", "one other key with its values", object.dump());
  dimension.when_key = object.begin().key();
  const settings::Setting& other = setting_of(when, dimension.when_key);
  dimension.when_values = checked_values(when, dimension.when_key, other, when.any(dimension.when_key));
  when.finish();
}

Dimension read_dimension(JsonReader& space, const std::string& key, const SpaceContext& context) {
  const settings::Setting& setting = setting_of(space, key);
  Dimension dimension;
  dimension.key = key;
  const Json& given = space.any(key);
  if (given.is_array()) {
    dimension.values = checked_values(space, key, setting, given);
    return dimension;
  }
  JsonReader entry = space.child(key);
  if (entry.has("values")) {
    dimension.values = checked_values(entry, "values", setting, entry.any("values"));
  } else {
    for (const Json& value : range_values(entry, key, setting, context))
      dimension.values.push_back(checked(entry, "to", setting, value));
    if (dimension.values.empty()) entry.fail("to", "a range that holds a value", "one that holds none");
  }
  read_when(entry, dimension);
  entry.finish();
  return dimension;
}

// The other dimension of a condition stands before it.
void check_conditions(const JsonReader& space, const std::vector<Dimension>& dimensions) {
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i].when_key.empty()) continue;
    const auto is_other = [&](const Dimension& other) { return other.key == dimensions[i].when_key; };
    if (std::none_of(dimensions.begin(), dimensions.begin() + static_cast<std::ptrdiff_t>(i), is_other))
      space.fail(dimensions[i].key + ".when", "a key that stands before it in `space`",
                 '"' + dimensions[i].when_key + '"');
  }
}

}  // namespace

std::vector<std::size_t> Space::radices() const {
  if (!list.empty()) return {list.size()};
  std::vector<std::size_t> radices;
  for (const Dimension& dimension : dimensions) radices.push_back(dimension.values.size());
  return radices;
}

std::size_t Space::num_combinations() const {
  std::size_t product = 1;
  for (const std::size_t radix : radices()) product *= radix;
  return product;
}

Json Space::combination(std::size_t index) const {
  if (!list.empty()) return list.at(index);
  std::vector<std::size_t> digits(dimensions.size());
  for (std::size_t i = dimensions.size(); i-- > 0; index /= dimensions[i].values.size())
    digits[i] = index % dimensions[i].values.size();
  Json keys = Json::object();
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const Dimension& dimension = dimensions[i];
    const bool acts = dimension.when_key.empty() ||
                      (keys.contains(dimension.when_key) && is_in(keys.at(dimension.when_key), dimension.when_values));
    if (acts) keys[dimension.key] = dimension.values[digits[i]];
  }
  return keys;
}

Space read_space(JsonReader& reader, const SpaceContext& context) {
  Space space;
  if (reader.has("list") == reader.has("space"))
    reader.fail("space", "either `space` or `list`", reader.has("list") ? "both" : "neither");
  if (reader.has("list")) {
    for (JsonReader& entry : reader.children("list")) {
      const Json& keys = reader.array("list")[space.list.size()];
      for (const auto& item : keys.items()) checked(entry, item.key(), setting_of(entry, item.key()), item.value());
      space.list.push_back(keys);
    }
    if (space.list.empty()) reader.fail("list", "at least one setting", "an empty array");
    return space;
  }
  JsonReader entries = reader.child("space");
  std::size_t product = 1;
  for (const auto& item : reader.object("space").items()) {
    space.dimensions.push_back(read_dimension(entries, item.key(), context));
    product *= space.dimensions.back().values.size();
    if (product > kMaxCombinations)
      entries.fail(item.key(), fmt::format("at most {} combinations (fewer `steps`)", kMaxCombinations), "more");
  }
  if (space.dimensions.empty()) reader.fail("space", "at least one setting", "none");
  check_conditions(entries, space.dimensions);
  return space;
}

}  // namespace ampa::study
