#include "train/train_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "allocate/ampa_own_settings.h"
#include "common/error.h"
#include "settings/suggest.h"
#include "train/recipe.h"
#include "train/train_settings.h"

namespace ampa::train {
namespace {

std::string path_of(const std::string& prefix, const std::string& key) {
  return prefix.empty() ? key : prefix + "." + key;
}

// What one value alone cannot tell.
void check_interval(const JsonReader& reader, const Json& json) {
  const auto given = [&](const char* key) { return json.contains(key) && !json.at(key).is_null(); };
  if (given("itv") && given("itv_epochs"))
    reader.fail("itv_epochs", "either itv or itv_epochs, and the other null or absent", "both");
  if (json.contains("itv") && !given("itv") && !given("itv_epochs"))
    reader.fail("itv", "a number above 0, at most 1, or itv_epochs", "null for both");
}

void check_lists(const JsonReader& reader, const TrainConfig& config) {
  const std::vector<Bits>& ladder = config.ampa.ladder;
  for (std::size_t i = 1; i < ladder.size(); ++i)
    if (ladder[i] <= ladder[i - 1])
      reader.fail("ladder", "ascending widths", fmt::format("{} after {}", ladder[i], ladder[i - 1]));
  if (ladder.empty()) reader.fail("ladder", "one or more ascending widths", fmt::format("{}", ladder.size()));
}

// What a value of the file is, cut short.
std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

}  // namespace

Json to_json(const TrainConfig& config) {
  Json json;
  for (const TrainSetting& row : train_settings()) json[row.setting.key] = row.write(config);
  return json;
}

TrainConfig config_from_json(const Json& given, const std::string& source, const std::string& prefix) {
  const Json json = with_recipe(given);
  JsonReader reader(json, source, prefix);
  TrainConfig config;
  check_interval(reader, json);
  for (const TrainSetting& row : train_settings()) {
    const settings::Setting& setting = row.setting;
    if (!reader.has(setting.key)) continue;
    Json value = reader.any(setting.key);
    if (!(setting.nullable && value.is_null()) && !settings::accept(setting, value))
      reader.fail(setting.key, settings::expected(setting), shown(value));
    row.read(config, value);
  }
  for (const auto& item : json.items())
    if (find_train_setting(item.key()) == nullptr)
      reader.fail(item.key(), fmt::format("one of the keys {}", fmt::join(train_setting_keys(), ", ")),
                  "an unknown key" + settings::did_you_mean(item.key(), train_setting_keys()));
  settle_own([&](const std::string& key) { return fmt::format("{}: {}", source, path_of(prefix, key)); }, config);
  check_lists(reader, config);
  check_own(reader, config);
  return config;
}

void check_batch(const TrainConfig& config, const std::string& source, const std::string& prefix) {
  if (config.max_train > 0 && config.batch_size > config.max_train)
    throw InputError(fmt::format("{}: {}: expected at most max_train ({}), found {}", source,
                                 path_of(prefix, "batch_size"), config.max_train, config.batch_size));
}

std::int64_t interval_epochs(const AmpaConfig& ampa, std::int64_t epochs) {
  if (ampa.itv_epochs) return *ampa.itv_epochs;
  return std::max<std::int64_t>(1, std::llround(ampa.itv.value() * static_cast<double>(epochs)));
}

allocate::AmpaSettings ampa_settings(const TrainConfig& config) {
  const AmpaConfig& ampa = config.ampa;
  allocate::AmpaSettings settings = {ampa.alpha, ampa.beta,  ampa.gamma, interval_epochs(ampa, config.epochs),
                                     ampa.thr,   ampa.ladder};
  settings.interval_fraction = ampa.itv;
  return allocate::with_own_settings(settings, own_values(allocate::ampa_own_settings(), config));
}

allocate::AllocatorConfig allocator_config(const TrainConfig& config, std::vector<std::string> layers) {
  allocate::AllocatorConfig result;
  result.epochs = config.epochs;
  result.layers = std::move(layers);
  result.name = config.scheme.allocator;
  result.fixed_bits = config.scheme.fixed_bits;
  result.ampa = ampa_settings(config);
  result.options = config.options;
  return result;
}

}  // namespace ampa::train
