#include "config/sweep_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>

#include "common/atomic_file.h"
#include "common/error.h"
#include "config/train_keys.h"
#include "timing/hardware_point.h"

namespace ampa::config {
namespace {

constexpr std::size_t kMaxTrials = 100000;
constexpr const char* kDefaultPoint = "fused-16x16";

struct Variation {
  Json keys;           // of a train config
  std::string source;  // where they come from in the file, for messages
};

void check_sweepable(const JsonReader& reader, const std::string& key) {
  if (find_train_key(key) == nullptr) reader.fail(key, "a key of a train config", "an unknown key");
  if (key == "seed") reader.fail(key, "the seeds under `seeds`", "a seed here");
}

// Every combination of the grid's values: one without keys if there is no grid.
std::vector<Variation> grid_variations(JsonReader& reader) {
  std::vector<Variation> variations = {{Json::object(), ""}};
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
        crossed.back().source += (variation.source.empty() ? "grid." : ", grid.") + key;
      }
    variations = std::move(crossed);
  }
  return variations;
}

// The entries of the list: one without keys if there is no list.
std::vector<Variation> list_variations(JsonReader& reader) {
  if (!reader.has("list")) return {{Json::object(), ""}};
  std::vector<Variation> variations;
  for (JsonReader& entry : reader.children("list")) {
    const Json& keys = reader.array("list")[variations.size()];
    for (const auto& item : keys.items()) {
      check_sweepable(entry, item.key());
      if (reader.has("grid") && reader.object("grid").contains(item.key()))
        entry.fail(item.key(), "a key that is not in `grid` too", "it in both");
    }
    variations.push_back({keys, fmt::format("list[{}]", variations.size())});
  }
  if (variations.empty()) reader.fail("list", "at least one setting", "an empty array");
  return variations;
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
      Variation setting{base, entry.source};
      overlay(setting.keys, keys);
      if (!combination.source.empty()) setting.source += (setting.source.empty() ? "" : ", ") + combination.source;
      settings.push_back(std::move(setting));
    }
  return settings;
}

std::string short_hash(const Json& json) {
  return sha256_hex(json.dump()).substr(0, 8);
}

std::string slug(const std::string& label) {
  std::string text;
  for (const char c : label) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      text += c;
    else if (!text.empty() && text.back() != '-')
      text += '-';
  }
  return text;
}

Trial make_trial(train::TrainConfig config, bool baseline) {
  if (config.scheme.kind != train::SchemeKind::kAmpa) config.ampa = {};
  Trial trial;
  trial.baseline = baseline;
  trial.label = setting_label(config);
  trial.config = config;
  const Json full = train::to_json(config);
  trial.id = fmt::format("{}-s{}-{}", slug(trial.label), config.seed, short_hash(full));
  Json setting = full;
  setting.erase("seed");
  trial.setting = fmt::format("{}-{}", slug(trial.label), short_hash(setting));
  Json task = setting;
  task.erase("scheme");
  for (const TrainKey& key : train_keys())
    if (key.ampa_only) task.erase(key.name);
  trial.task = short_hash(task);
  return trial;
}

// Says in the labels what the settings of this sweep differ in beyond what setting_label shows.
void complete_labels(std::vector<Trial>& trials) {
  std::vector<Json> configs;
  for (const Trial& trial : trials) configs.push_back(train::to_json(trial.config));
  for (const TrainKey& key : train_keys()) {
    if (key.name == "seed" || key.name == "scheme" || (key.ampa_only && key.name != "ladder")) continue;
    const auto is_meant = [&](const Trial& trial) {
      return !key.ampa_only || trial.config.scheme.kind == train::SchemeKind::kAmpa;
    };
    std::set<std::string> values;
    for (std::size_t i = 0; i < trials.size(); ++i)
      if (is_meant(trials[i])) values.insert(configs[i][key.name].dump());
    if (values.size() < 2) continue;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (!is_meant(trials[i])) continue;
      const Json& value = configs[i][key.name];
      trials[i].label += fmt::format(" {}={}", key.name, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
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
    if (!value.is_string() || value == "ampa")
      reader.fail("baselines", "an array of schemes other than ampa, such as \"int8\"", value.dump());
    schemes.push_back(train::scheme_from_string(value.get<std::string>(), reader.source() + ": baselines"));
  }
  return schemes;
}

std::vector<train::TrainConfig> resolve(const std::vector<Variation>& settings, const std::vector<std::int64_t>& seeds,
                                        const std::string& source) {
  std::vector<train::TrainConfig> configs;
  for (const Variation& setting : settings) {
    train::TrainConfig config = train::config_from_json(setting.keys, source, setting.source);
    for (const std::int64_t seed : seeds) {
      config.seed = static_cast<std::uint64_t>(seed);
      configs.push_back(config);
    }
  }
  return configs;
}

}  // namespace

std::string setting_label(const train::TrainConfig& config) {
  const train::AmpaConfig& ampa = config.ampa;
  if (config.scheme.kind != train::SchemeKind::kAmpa) return train::to_string(config.scheme);
  const std::string itv = ampa.itv ? fmt::format("{}", *ampa.itv) : fmt::format("{}e", *ampa.itv_epochs);
  const std::string thr = ampa.thr == train::kThrInfinite ? "inf" : std::to_string(ampa.thr);
  return fmt::format("ampa {}/{}/{} Itv {} Thr {}", ampa.alpha, ampa.beta, ampa.gamma, itv, thr);
}

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

  const std::vector<train::TrainConfig> configs = resolve(settings, seeds, source);
  std::set<std::string> seen;
  const auto add = [&](const Trial& trial) {
    if (seen.insert(trial.id).second) spec.trials.push_back(trial);
  };
  for (const train::Scheme scheme : baselines)
    for (train::TrainConfig config : configs) {
      config.scheme = scheme;
      add(make_trial(config, true));
    }
  for (const train::TrainConfig& config : configs) add(make_trial(config, false));
  complete_labels(spec.trials);
  return spec;
}

}  // namespace ampa::config
