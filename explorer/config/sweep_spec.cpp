#include "config/sweep_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "common/error.h"
#include "config/command_settings.h"
#include "settings/suggest.h"
#include "timing/hardware_point.h"
#include "train/train_settings.h"

namespace ampa::config {
namespace {

constexpr std::size_t kMaxTrials = 100000;

struct Variation {
  Json keys;                                 // of a train config
  std::string source;                        // where they come from in the file, for messages
  std::map<std::string, std::string> paths;  // by key, which place of the file it is from: "grid.alpha"
};

void check_sweepable(const JsonReader& reader, const std::string& key) {
  if (train::find_train_setting(key) == nullptr)
    reader.fail(key, "a setting of a training run",
                "an unknown key" + settings::did_you_mean(key, train::train_setting_keys()));
  if (key == "seed") reader.fail(key, "the seeds under `seeds`", "a seed here");
}

// Every combination of the grid's values: one without keys if there is no grid.
std::vector<Variation> grid_variations(JsonReader& reader) {
  std::vector<Variation> variations = {{Json::object(), "", {}}};
  if (!reader.has("grid")) return variations;
  JsonReader grid = reader.child("grid");
  for (const auto& [key, values] : reader.object("grid").items()) {
    check_sweepable(grid, key);
    if (grid.array(key).empty()) grid.fail(key, "at least one value", "an empty array");
    std::vector<Variation> crossed;
    if (variations.size() * values.size() > kMaxTrials)
      grid.fail(key, fmt::format("at most {} settings", kMaxTrials), "more");
    for (const Variation& variation : variations)
      for (const Json& value : values) {
        crossed.push_back(variation);
        crossed.back().keys[key] = value;
        crossed.back().paths[key] = "grid." + key;
        crossed.back().source += (variation.source.empty() ? "grid." : ", grid.") + key;
      }
    variations = std::move(crossed);
  }
  return variations;
}

// The entries of the list: one without keys if there is no list.
std::vector<Variation> list_variations(JsonReader& reader) {
  if (!reader.has("list")) return {{Json::object(), "", {}}};
  std::vector<Variation> variations;
  for (JsonReader& entry : reader.children("list")) {
    const Json& keys = reader.array("list")[variations.size()];
    for (const auto& item : keys.items()) {
      check_sweepable(entry, item.key());
      if (reader.has("grid") && reader.object("grid").contains(item.key()))
        entry.fail(item.key(), "a key that is not in `grid` too", "it in both");
    }
    const std::string source = fmt::format("list[{}]", variations.size());
    variations.push_back({keys, source, {}});
    for (const auto& item : keys.items()) variations.back().paths[item.key()] = source + "." + item.key();
  }
  if (variations.empty()) reader.fail("list", "at least one setting", "an empty array");
  return variations;
}

// Either of itv and itv_epochs takes both out first; if `keys` gives both, both stay for the configuration's own check.
void overlay(Json& config, const Json& keys) {
  if (keys.contains("itv") || keys.contains("itv_epochs")) {
    config.erase("itv");
    config.erase("itv_epochs");
  }
  for (const auto& [key, value] : keys.items()) config[key] = value;
}

// The base under every entry of the list, crossed with the grid.
std::vector<Variation> settings_of(JsonReader& reader, const Json& base) {
  const std::vector<Variation> entries = list_variations(reader), grid = grid_variations(reader);
  if (entries.size() * grid.size() > kMaxTrials)
    reader.fail("list", fmt::format("at most {} settings", kMaxTrials), "more");
  std::vector<Variation> settings;
  for (const Variation& entry : entries)
    for (const Variation& combination : grid) {
      Json keys = entry.keys;
      keys.update(combination.keys);
      Variation setting{base, entry.source, entry.paths};
      setting.paths.insert(combination.paths.begin(), combination.paths.end());
      overlay(setting.keys, keys);
      for (const auto& item : base.items())
        if (!keys.contains(item.key()) && setting.keys.contains(item.key()))
          setting.paths[item.key()] = "base." + item.key();
      if (!combination.source.empty()) setting.source += (setting.source.empty() ? "" : ", ") + combination.source;
      settings.push_back(std::move(setting));
    }
  return settings;
}

std::vector<std::string> parse_points(JsonReader& reader) {
  std::vector<std::string> points;
  if (!reader.has("points")) return {kDefaultPoint};
  for (const Json& value : reader.array("points")) {
    if (!value.is_string()) reader.fail("points", "an array of names of hardware points", value.dump());
    try {
      points.push_back(timing::point_from_string(value.get<std::string>()).name);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: points: {}", reader.source(), error.what()));
    }
  }
  return points;
}

std::vector<train::Scheme> parse_baselines(JsonReader& reader) {
  std::vector<train::Scheme> schemes;
  if (!reader.has("baselines")) return schemes;
  for (const Json& value : reader.array("baselines")) {
    const auto fail = [&] {
      reader.fail("baselines", "an array of schemes other than ampa, such as \"int8\"", value.dump());
    };
    if (!value.is_string()) fail();
    schemes.push_back(train::scheme_from_string(value.get<std::string>(), reader.source() + ": baselines"));
    if (schemes.back().quantizes() && schemes.back().allocator_info()->adapts) fail();
  }
  return schemes;
}

std::vector<train::TrainConfig> resolve(const std::vector<Variation>& settings, const std::vector<std::int64_t>& seeds,
                                        const std::string& source) {
  std::vector<train::TrainConfig> configs;
  for (const Variation& setting : settings) {
    train::TrainConfig config = train::config_from_json(setting.keys, source, setting.source);
    train::check_batch(config, source, setting.source);
    if (config.epochs == 0)
      throw InputError(
          fmt::format("{}: {}: expected at least 1 epoch, as a sweep compares what training comes to, found 0", source,
                      setting.paths.at("epochs")));
    for (const std::int64_t seed : seeds) {
      config.seed = static_cast<std::uint64_t>(seed);
      configs.push_back(config);
    }
  }
  return configs;
}

// A key that no setting uses, in the place of the file that it is written in, is a mistake; one that some use is not.
void refuse_idle(const std::vector<Variation>& settings, const std::string& source) {
  std::set<std::string> acting;             // places
  std::map<std::string, std::string> idle;  // place: why
  for (const Variation& setting : settings) {
    const std::vector<std::string> unused =
        train::idle_keys(setting.keys, train::config_from_json(setting.keys, source, setting.source));
    for (const auto& [key, path] : setting.paths)
      if (std::find(unused.begin(), unused.end(), key) == unused.end())
        acting.insert(path);
      else
        idle[path] = "acts only " + train::find_train_setting(key)->setting.acts.words(settings::Style::kKey) +
                     "; no run of this file is such a one";
  }
  for (const auto& [path, reason] : idle)
    if (acting.count(path) == 0) throw InputError(fmt::format("{}: {}: {}", source, path, reason));
}

}  // namespace

SweepSpec parse_sweep(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  reader.integer("schema_version", kSweepSchemaVersion, kSweepSchemaVersion);
  SweepSpec spec;
  spec.source = source;
  spec.json = json;
  spec.name = reader.string("name");
  const Json base = reader.has("base") ? reader.object("base") : Json::object();
  if (reader.has("base")) {
    train::config_from_json(base, source, "base");
    if (base.contains("seed")) reader.child("base").fail("seed", "the seeds under `seeds`", "a seed here");
  }
  std::vector<std::int64_t> seeds = {1};
  if (reader.has("seeds")) seeds = reader.integers("seeds", 0, std::numeric_limits<std::int64_t>::max());
  if (seeds.empty()) reader.fail("seeds", "at least one seed", "an empty array");
  const std::vector<Variation> settings = settings_of(reader, base);
  const std::vector<train::Scheme> baselines = parse_baselines(reader);
  spec.points = parse_points(reader);
  reader.finish();

  refuse_idle(settings, source);
  const std::vector<train::TrainConfig> configs = resolve(settings, seeds, source);
  std::set<std::string> seen;
  const auto add = [&](const Trial& trial) {
    if (seen.insert(trial.id).second) spec.trials.push_back(trial);
  };
  for (const train::Scheme& scheme : baselines)
    for (train::TrainConfig config : configs) {
      config.scheme = scheme;
      add(make_trial(config, true));
    }
  for (const train::TrainConfig& config : configs) add(make_trial(config, false));
  complete_labels(spec.trials);
  return spec;
}

}  // namespace ampa::config
