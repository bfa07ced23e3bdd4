#include "study/study_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/error.h"
#include "study/own_values.h"
#include "study/sampler.h"
#include "sweep/tasks.h"
#include "timing/hardware_point.h"
#include "train/train_settings.h"

namespace ampa::study {
namespace {

constexpr double kDefaultValidation = 0.1;  // of the training samples
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max(), kMaxSettings = 10000;

Json read_base(JsonReader& reader) {
  Json base = reader.has("base") ? reader.object("base") : Json::object();
  train::config_from_json(base, reader.source(), "base");
  if (base.contains("seed")) reader.child("base").fail("seed", "the seeds under `seeds`", "a seed here");
  const bool is_varied = reader.has("space") && reader.object("space").contains("validation");
  if (!base.contains("validation") && !is_varied) base["validation"] = kDefaultValidation;
  if (base.contains("validation") && base.at("validation").is_null()) base.erase("validation");
  return base;
}

std::vector<std::string> read_baselines(JsonReader& reader) {
  std::vector<std::string> names;
  if (!reader.has("baselines")) return names;
  for (const Json& value : reader.array("baselines")) {
    const auto fail = [&] {
      reader.fail("baselines", "an array of schemes whose widths do not adapt, such as \"int8\"", value.dump());
    };
    if (!value.is_string()) fail();
    const train::Scheme scheme = train::scheme_from_string(value.get<std::string>(), reader.source() + ": baselines");
    if (scheme.quantizes() && scheme.allocator_info()->adapts) fail();
    names.push_back(value.get<std::string>());
  }
  return names;
}

std::vector<std::uint64_t> read_seeds(JsonReader& reader) {
  if (!reader.has("seeds")) return {1};
  std::vector<std::uint64_t> seeds;
  for (const std::int64_t seed : reader.integers("seeds", 0, kMost)) {
    if (std::find(seeds.begin(), seeds.end(), static_cast<std::uint64_t>(seed)) != seeds.end())
      reader.fail("seeds", "seeds that differ", fmt::format("{} twice", seed));
    seeds.push_back(static_cast<std::uint64_t>(seed));
  }
  if (seeds.empty()) reader.fail("seeds", "at least one seed", "an empty array");
  return seeds;
}

void read_sampler(JsonReader& reader, StudySpec& spec) {
  spec.sampler = kDefaultSampler;
  Json sampler = {{"name", kDefaultSampler}};
  if (reader.has("sampler")) sampler = reader.object("sampler");
  JsonReader own(sampler, reader.source(), "sampler");
  spec.sampler = own.string("name");
  std::string valid;
  for (const SamplerInfo& row : samplers()) valid += (valid.empty() ? "" : ", ") + row.name;
  const SamplerInfo* info = find_sampler(spec.sampler);
  if (info == nullptr) own.fail("name", "one of " + valid, '"' + spec.sampler + '"');
  spec.sampler_values = read_own(own, info->own);
  own.finish();
  const auto count = static_cast<std::int64_t>(spec.objectives.size());
  if (count > info->max_objectives)
    reader.fail("objectives", fmt::format("at most {}, as sampler {} takes", info->max_objectives, info->name),
                fmt::format("{}", count));
}

void read_objectives(JsonReader& reader, StudySpec& spec) {
  for (JsonReader& entry : reader.children("objectives")) {
    spec.objectives.push_back(read_objective(entry));
    entry.finish();
  }
  if (spec.objectives.empty()) reader.fail("objectives", "at least one", "an empty array");
}

Constraint read_constraint(JsonReader& entry, const StudySpec& spec) {
  Constraint constraint;
  if (entry.string("of") == "metric_loss") {
    if (spec.baselines.empty()) entry.fail("of", "`baselines`, of which the first is what a loss is against", "none");
  } else {
    constraint.what = read_objective(entry);
  }
  const auto bound = [&](const char* key) {
    return entry.has(key) ? std::optional(entry.number(key, NumberRange{})) : std::nullopt;
  };
  constraint.at_least = bound("at_least");
  constraint.at_most = bound("at_most");
  if (constraint.at_least.has_value() == constraint.at_most.has_value())
    entry.fail("at_most", "either at_least or at_most", constraint.at_least ? "both" : "neither");
  if (!constraint.what && constraint.at_least) entry.fail("at_least", "at_most, of a loss", "at_least");
  entry.finish();
  return constraint;
}

Budget read_budget(JsonReader& reader) {
  JsonReader entry = reader.child("budget");
  Budget budget;
  if (entry.has("trials")) budget.trials = entry.integer("trials", 1, kMost);
  if (entry.has("epochs")) budget.epochs = entry.integer("epochs", 1, kMost);
  if (entry.has("seconds")) budget.seconds = entry.number("seconds", NumberRange::above(0));
  entry.finish();
  if (int{budget.trials.has_value()} + int{budget.epochs.has_value()} + int{budget.seconds.has_value()} != 1)
    reader.fail("budget", "one of trials, epochs, seconds", reader.object("budget").dump());
  return budget;
}

HalvingRule read_halving(JsonReader& reader, std::int64_t epochs) {
  JsonReader entry = reader.child("halving");
  HalvingRule halving;
  if (entry.has("keep_one_in")) halving.keep_one_in = entry.integer("keep_one_in", 2, 100);
  if (epochs < 2) reader.fail("halving", "a run of two epochs or more", fmt::format("{}", epochs));
  if (entry.has("rungs")) {
    halving.rungs = entry.integers("rungs", 1, epochs - 1);
    if (halving.rungs.empty()) entry.fail("rungs", fmt::format("one or more below the {} epochs", epochs), "none");
  }
  for (std::size_t i = 1; i < halving.rungs.size(); ++i)
    if (halving.rungs[i] <= halving.rungs[i - 1])
      entry.fail("rungs", "ascending epochs", fmt::format("{} after {}", halving.rungs[i], halving.rungs[i - 1]));
  entry.finish();
  return halving;
}

Confirm read_confirm(JsonReader& reader, const std::vector<std::uint64_t>& seeds) {
  JsonReader entry = reader.child("confirm");
  Confirm confirm;
  if (entry.has("settings")) confirm.settings = entry.integer("settings", 0, kMaxSettings);
  if (entry.has("first_seed")) confirm.first_seed = entry.integer("first_seed", 0, kMost - kMaxSettings);
  if (entry.has("seeds")) confirm.seeds = entry.integer("seeds", 2, kMaxSettings);
  confirm.max_seeds = std::max(confirm.seeds, confirm.max_seeds);
  if (entry.has("max_seeds")) confirm.max_seeds = entry.integer("max_seeds", confirm.seeds, kMaxSettings);
  entry.finish();
  for (const std::uint64_t seed : seeds)
    if (const auto s = static_cast<std::int64_t>(seed);
        s >= confirm.first_seed && s < confirm.first_seed + confirm.max_seeds)
      reader.fail("confirm", "seeds that no choice has seen", fmt::format("seed {}, which is in `seeds`", seed));
  return confirm;
}

// Of the task, not of what settings differ in.
void check_fidelity_keys(const JsonReader& base, const Json& keys, const Space& space) {
  if (keys.empty()) base.fail("", "what makes runs cheaper, such as epochs or max_train", "nothing");
  for (const auto& item : keys.items()) {
    const train::TrainSetting* row = train::find_train_setting(item.key());
    const bool is_interval = item.key() == "itv" || item.key() == "itv_epochs";
    const auto is_it = [&](const Dimension& dimension) { return dimension.key == item.key(); };
    const bool is_varied = std::any_of(space.dimensions.begin(), space.dimensions.end(), is_it) ||
                           std::any_of(space.list.begin(), space.list.end(),
                                       [&](const Json& entry) { return entry.contains(item.key()); });
    if (row == nullptr || item.key() == "seed" || item.key() == "scheme" || (row->of_scheme && !is_interval) ||
        is_varied)
      base.fail(item.key(), "a setting of the task that no setting of the study varies", item.value().dump());
  }
}

std::vector<FidelityRule> read_fidelities(JsonReader& reader, const StudySpec& spec) {
  std::vector<FidelityRule> rules;
  for (JsonReader& entry : reader.children("fidelities")) {
    FidelityRule rule;
    rule.base = entry.object("base");
    check_fidelity_keys(entry.child("base"), rule.base, spec.space);
    if (entry.has("settings")) rule.settings = entry.integer("settings", 4, kMaxSettings);
    rule.epochs = train::config_from_json(overlaid(spec.base, rule.base), spec.source, "fidelities.base").epochs;
    if (rule.epochs == 0) entry.fail("base.epochs", "at least 1 epoch", "0");
    entry.finish();
    rules.push_back(std::move(rule));
  }
  return rules;
}

// Of objectives and constraints, and those that are only to be shown.
std::vector<std::string> points_of(JsonReader& reader, const StudySpec& spec) {
  std::vector<std::string> points;
  const auto add = [&](const std::string& point) {
    if (!point.empty() && std::find(points.begin(), points.end(), point) == points.end()) points.push_back(point);
  };
  if (reader.has("points"))
    for (const Json& value : reader.array("points")) {
      if (!value.is_string()) reader.fail("points", "an array of names of hardware points", value.dump());
      try {
        add(timing::point_from_string(value.get<std::string>()).name);
      } catch (const InputError& error) {
        throw InputError(fmt::format("{}: points: {}", reader.source(), error.what()));
      }
    }
  for (const Objective& objective : spec.objectives) add(objective.point);
  for (const Constraint& constraint : spec.constraints)
    if (constraint.what) add(constraint.what->point);
  return points;
}

}  // namespace

std::string Constraint::words() const {
  return fmt::format("{} at {} {}", what ? what->words() : "loss of the metric", at_least ? "least" : "most",
                     at_least ? *at_least : *at_most);
}

std::int64_t StudySpec::epochs() const {
  return train::config_from_json(base, source, "base").epochs;
}

std::optional<double> StudySpec::min_rr() const {
  for (const Constraint& constraint : constraints)
    if (constraint.what && constraint.what->info->name == "rr" && constraint.at_least) return constraint.at_least;
  return std::nullopt;
}

std::optional<std::size_t> StudySpec::fidelity_of(const Json& config) const {
  for (std::size_t i = 0; i < fidelities.size(); ++i) {
    bool is_it = true;
    for (const auto& item : fidelities[i].base.items()) is_it = is_it && config.at(item.key()) == item.value();
    if (is_it) return i;
  }
  return std::nullopt;
}

Json overlaid(Json config, const Json& keys) {
  if (keys.contains("itv") || keys.contains("itv_epochs")) {
    config.erase("itv");
    config.erase("itv_epochs");
  }
  for (const auto& [key, value] : keys.items()) config[key] = value;
  return config;
}

std::optional<double> StudySpec::max_loss() const {
  for (const Constraint& constraint : constraints)
    if (!constraint.what) return constraint.at_most;
  return std::nullopt;
}

StudySpec parse_study(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  reader.integer("schema_version", kStudySchemaVersion, kStudySchemaVersion);
  StudySpec spec;
  spec.source = source;
  spec.json = json;
  spec.name = reader.string("name");
  spec.base = read_base(reader);
  const train::TrainConfig base = train::config_from_json(spec.base, source, "base");
  if (base.epochs == 0) reader.fail("base.epochs", "at least 1 epoch", "0");
  sweep::Tasks tasks;
  spec.space = read_space(reader, {base.epochs, [&] { return tasks.task(base).num_quantized_layers(); }});
  spec.baselines = read_baselines(reader);
  spec.seeds = read_seeds(reader);
  read_objectives(reader, spec);
  read_sampler(reader, spec);
  if (reader.has("constraints"))
    for (JsonReader& entry : reader.children("constraints")) spec.constraints.push_back(read_constraint(entry, spec));
  if (reader.has("batch")) spec.batch = reader.integer("batch", 1, kMaxSettings);
  spec.budget = read_budget(reader);
  if (reader.has("halving")) spec.halving = read_halving(reader, base.epochs);
  if (reader.has("fidelities")) spec.fidelities = read_fidelities(reader, spec);
  if (reader.has("confirm")) spec.confirm = read_confirm(reader, spec.seeds);
  spec.points = points_of(reader, spec);
  reader.finish();
  return spec;
}

}  // namespace ampa::study
