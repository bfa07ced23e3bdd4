#include "train/train_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "common/error.h"
#include "data/source.h"
#include "data/validation.h"
#include "objectives/objective.h"
#include "optim/gradient_clipping.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "optim/warmup.h"
#include "train/recipe.h"
#include "train/recipe_settings.h"
#include "train/run_settings.h"
#include "train/train_names.h"

namespace ampa::train {
namespace {

using settings::Condition;
using settings::Setting;
using settings::with;

constexpr std::int64_t kMaxEpochs = 100000;
constexpr std::int64_t kMaxImages = 1000000000;

// Data sets that are read from files.
std::vector<std::string> sets_with_files() {
  std::vector<std::string> names;
  for (const data::SourceInfo& info : data::sources())
    if (info.files != data::SourceInfo::Files::kNone) names.push_back(info.name);
  return names;
}

Setting percent(const char* key, const char* of) {
  return settings::number(key, {0, 100})
      .in("percent")
      .about(fmt::format("percent of the layers whose {} rise at an update", of))
      .acts_only(with("scheme", {"ampa", "ampa-cost"}));
}

std::vector<std::int64_t> integers_of(const Json& value) {
  return value.get<std::vector<std::int64_t>>();
}

void read_itv(TrainConfig& config, const Json& value) {
  if (value.is_null()) return;
  config.ampa.itv = value.get<double>();
  config.ampa.itv_epochs.reset();
}

void read_itv_epochs(TrainConfig& config, const Json& value) {
  if (value.is_null()) return;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = value.get<std::int64_t>();
}

void read_ladder(TrainConfig& config, const Json& value) {
  config.ampa.ladder.clear();
  for (const std::int64_t bits : integers_of(value)) config.ampa.ladder.push_back(static_cast<Bits>(bits));
}

// As the kind of the setting has it: 1 is the number 1.0.
Json canonical(const Setting& setting, const Json& value) {
  return setting.kind == settings::Kind::kNumber && value.is_number() ? Json(value.get<double>()) : value;
}

template <typename Row>
std::vector<std::string> names_in(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

// The settings that a row of a table declares: each once, acting with every row that declares it.
void add_own(std::vector<TrainSetting>& table, const Condition& chosen, const settings::OwnSettings& own) {
  for (Setting setting : own.list) {
    const Condition acts = setting.acts.always() ? chosen : chosen && setting.acts;
    const auto known = std::find_if(table.begin(), table.end(),
                                    [&](const TrainSetting& other) { return other.setting.key == setting.key; });
    if (known != table.end()) {
      known->setting.acts_only(known->setting.acts || acts);
      continue;
    }
    setting.acts_only(acts);
    table.push_back({setting,
                     [setting](TrainConfig& c, const Json& v) { c.options[setting.key] = canonical(setting, v); },
                     [setting](const TrainConfig& c) {
                       const auto given = c.options.find(setting.key);
                       return given == c.options.end() ? setting.otherwise : *given;
                     }});
  }
}

// The choice of a row by its name, and the rows' own settings behind it.
template <typename Row>
void add_table(std::vector<TrainSetting>& table, const std::string& key, const std::string& help,
               std::string TrainConfig::*name, const std::vector<Row>& rows) {
  table.push_back({settings::choice(key, names_in(rows)).about(help),
                   [name](TrainConfig& c, const Json& v) { c.*name = v.get<std::string>(); },
                   [name](const TrainConfig& c) { return Json(c.*name); }});
  for (const Row& row : rows) add_own(table, with(key, {row.name}), row.own);
}

// The settings of the first records.
bool is_early(const std::string& key) {
  static const std::set<std::string> keys = {
      "network",    "dataset",     "data_dir",      "scheme",   "alpha",      "beta",         "gamma",    "itv",
      "itv_epochs", "thr",         "ladder",        "epochs",   "batch_size", "max_train",    "max_test", "seed",
      "lr",         "lr_schedule", "lr_milestones", "lr_decay", "momentum",   "weight_decay", "augment"};
  return keys.count(key) > 0;
}

std::vector<TrainSetting> make_table() {
  const Condition ampa = with("scheme", {"ampa", "ampa-cost"});  // updates and a ladder
  std::vector<TrainSetting> table;
  const auto add = [&](const Setting& setting, std::function<void(TrainConfig&, const Json&)> read,
                       std::function<Json(const TrainConfig&)> write) {
    table.push_back({setting, read, write});
  };
  using C = const TrainConfig&;
  add(
      settings::choice("recipe", names_in(recipes()))
          .about("settings usual for a task, in place of the defaults of those that are not given (docs/ampa.md)"),
      [](TrainConfig& c, const Json& v) { c.recipe = v.get<std::string>(); }, [](C c) { return Json(c.recipe); });
  add(
      settings::text("network").about("name of `ampa list networks`, or the path of a description (.json)"),
      [](TrainConfig& c, const Json& v) { c.network = v.get<std::string>(); }, [](C c) { return Json(c.network); });
  add(
      settings::text("dataset").about("name of `ampa list datasets`"),
      [](TrainConfig& c, const Json& v) { c.dataset = v.get<std::string>(); }, [](C c) { return Json(c.dataset); });
  add(
      settings::text("data_dir")
          .as("DIR")
          .about("folder of the data set")
          .by_default_words("the data set's own place")
          .acts_only(with("dataset", sets_with_files())),
      [](TrainConfig& c, const Json& v) { c.data_dir = v.get<std::string>(); }, [](C c) { return Json(c.data_dir); });
  add(
      settings::choice("scheme", scheme_names()).about("how weights, activations and gradients are quantized"),
      [](TrainConfig& c, const Json& v) { c.scheme = scheme_from_string(v.get<std::string>(), "train config"); },
      [](C c) { return Json(to_string(c.scheme)); });
  add(
      percent("alpha", "weights"), [](TrainConfig& c, const Json& v) { c.ampa.alpha = v.get<double>(); },
      [](C c) { return Json(c.ampa.alpha); });
  add(
      percent("beta", "activations"), [](TrainConfig& c, const Json& v) { c.ampa.beta = v.get<double>(); },
      [](C c) { return Json(c.ampa.beta); });
  add(
      percent("gamma", "gradients"), [](TrainConfig& c, const Json& v) { c.ampa.gamma = v.get<double>(); },
      [](C c) { return Json(c.ampa.gamma); });
  add(settings::number("itv", NumberRange::above(0, 1))
          .in("of the epochs")
          .about("interval between updates as a fraction of the epochs")
          .or_null()
          .acts_only(ampa),
      read_itv, [](C c) { return c.ampa.itv ? Json(*c.ampa.itv) : Json(nullptr); });
  add(settings::integer("itv_epochs", 1, kMaxEpochs)
          .in("epochs")
          .about("interval between updates in epochs, instead of itv")
          .or_null()
          .acts_only(ampa),
      read_itv_epochs, [](C c) { return c.ampa.itv_epochs ? Json(*c.ampa.itv_epochs) : Json(nullptr); });
  add(
      settings::integer("thr", 0, kMaxImages)
          .or_words({"inf"})
          .in("selections")
          .about("selections at the top of its ladder after which a layer is left out (taboo)")
          .acts_only(with("scheme", {"ampa"})),
      [](TrainConfig& c, const Json& v) { c.ampa.thr = v.is_string() ? kThrInfinite : v.get<std::int64_t>(); },
      [](C c) { return c.ampa.thr == kThrInfinite ? Json("inf") : Json(c.ampa.thr); });
  add(settings::integers("ladder", kMinBits, kMaxBits)
          .in("bits")
          .about("the widths that a layer climbs, ascending; of one nothing climbs")
          .at_least(1)
          .acts_only(ampa),
      read_ladder, [](C c) { return Json(c.ampa.ladder); });
  add(
      settings::integer("epochs", 0, kMaxEpochs)
          .in("epochs")
          .about("passes over the training data; 0: the initial weights are the result"),
      [](TrainConfig& c, const Json& v) { c.epochs = v.get<std::int64_t>(); }, [](C c) { return Json(c.epochs); });
  add(
      settings::integer("batch_size", 1, kMaxImages)
          .in("samples")
          .about("images or sequences per step, at most max_train"),
      [](TrainConfig& c, const Json& v) { c.batch_size = v.get<std::int64_t>(); },
      [](C c) { return Json(c.batch_size); });
  add(
      settings::integer("max_train", 0, kMaxImages)
          .in("samples")
          .about("the first so many training images or sequences; 0: all"),
      [](TrainConfig& c, const Json& v) { c.max_train = v.get<std::int64_t>(); },
      [](C c) { return Json(c.max_train); });
  add(
      settings::integer("max_test", 0, kMaxImages)
          .in("samples")
          .about("the first so many test images or sequences; 0: all"),
      [](TrainConfig& c, const Json& v) { c.max_test = v.get<std::int64_t>(); }, [](C c) { return Json(c.max_test); });
  add_own(table, Condition(), data::validation_settings());
  add(
      settings::unsigned_integer("seed", std::numeric_limits<std::int64_t>::max())
          .about("of every random number of the run"),
      [](TrainConfig& c, const Json& v) { c.seed = v.get<std::uint64_t>(); }, [](C c) { return Json(c.seed); });
  add(
      settings::text("init")
          .as("FILE")
          .about("safetensors file whose FP32 weights and batch-norm state the run starts from; integer codes in it "
                 "are checked "
                 "for type and shape and not used")
          .by_default_words("weights drawn from seed"),
      [](TrainConfig& c, const Json& v) { c.init = v.get<std::string>(); }, [](C c) { return Json(c.init); });
  add(
      settings::number("lr", NumberRange::above(0, 1000)).about("learning rate at the start"),
      [](TrainConfig& c, const Json& v) { c.lr = v.get<double>(); }, [](C c) { return Json(c.lr); });
  add_table(table, "lr_schedule", "how the rate falls over the epochs", &TrainConfig::lr_schedule, optim::schedules());
  add_own(table, Condition(), optim::warmup_settings());
  add_table(table, "optimizer", "what changes the weights from their gradients", &TrainConfig::optimizer,
            optim::optimizers());
  add_own(table, Condition(), optim::clipping_settings());
  add(
      settings::choice("augment", augmentation_names()).about("how training images are varied"),
      [](TrainConfig& c, const Json& v) { c.augment = augmentation_from_name(v.get<std::string>()); },
      [](C c) { return Json(name_of(c.augment)); });
  add_table(table, "objective", "what is minimised, and by which metric results are compared", &TrainConfig::objective,
            objectives::objectives());
  add(
      settings::choice("clipping", names_in(quant::clipping_rules()))
          .about(
              "how the range of a tensor is chosen before it is quantized, where neither the scheme nor a setting of "
              "the kind of tensor says")
          .acts_only(with("scheme", schemes_with_ranges())),
      [](TrainConfig& c, const Json& v) { c.clipping = v.get<std::string>(); }, [](C c) { return Json(c.clipping); });
  add_own(table, Condition(), run_settings());
  for (const data::SourceInfo& row : data::sources()) add_own(table, with("dataset", {row.name}), row.own);
  for (const allocate::AllocatorInfo& row : allocate::allocators())
    add_own(table, with("scheme", schemes_of(row)), row.own);
  add_own(table, Condition(), recipe_settings());
  for (const quant::ClippingRule& row : quant::clipping_rules()) add_own(table, clips_by(row.name), row.own);
  const TrainConfig defaults;
  for (TrainSetting& row : table) {
    row.setting.otherwise = row.write(defaults);
    row.is_late = !is_early(row.setting.key);
    const Condition& acts = row.setting.acts;
    const std::string first = acts.always() ? "" : acts.alternatives().front().front().key;
    row.of_scheme = first == "scheme" || first == "clipping" || first == "rate_scaling";
  }
  return table;
}

settings::Values values_of(const TrainConfig& config) {
  return [&config](const std::string& key) {
    const TrainSetting* row = find_train_setting(key);
    return row == nullptr ? Json() : row->write(config);
  };
}

}  // namespace

const std::vector<TrainSetting>& train_settings() {
  static const std::vector<TrainSetting> table = make_table();
  return table;
}

const TrainSetting* find_train_setting(const std::string& key) {
  for (const TrainSetting& row : train_settings())
    if (row.setting.key == key) return &row;
  return nullptr;
}

std::vector<std::string> train_setting_keys() {
  std::vector<std::string> keys;
  for (const TrainSetting& row : train_settings()) keys.push_back(row.setting.key);
  return keys;
}

void settle_own(const std::function<std::string(const std::string& key)>& place, TrainConfig& config) {
  for (const allocate::AllocatorInfo& row : allocate::allocators())
    if (row.own.settle != nullptr) row.own.settle(place, config.options);
}

void check_own(const JsonReader& reader, const TrainConfig& config) {
  const auto check = [&](const settings::OwnSettings& own) {
    if (own.check != nullptr) own.check(reader, own_values(own, config));
  };
  for (const optim::ScheduleInfo& row : optim::schedules()) check(row.own);
  check(data::validation_settings());
  check(optim::warmup_settings());
  check(optim::clipping_settings());
  for (const optim::OptimizerInfo& row : optim::optimizers()) check(row.own);
  for (const objectives::ObjectiveInfo& row : objectives::objectives()) check(row.own);
  for (const data::SourceInfo& row : data::sources()) check(row.own);
  for (const allocate::AllocatorInfo& row : allocate::allocators()) check(row.own);
  if (config.scheme.quantizes()) check_recipe(reader, config);
}

Json naming_json(const TrainConfig& config) {
  Json json = to_json(config);
  for (const TrainSetting& row : train_settings())
    if (row.is_late && (row.setting.key == "recipe" || json.at(row.setting.key) == row.setting.otherwise))
      json.erase(row.setting.key);
  return json;
}

Json own_values(const settings::OwnSettings& own, const TrainConfig& config) {
  return settings::resolved(own, config.options);
}

bool acts(const TrainSetting& row, const TrainConfig& config) {
  return row.setting.acts.holds(values_of(config));
}

std::vector<std::string> idle_keys(const Json& given, const TrainConfig& config) {
  std::vector<std::string> keys;
  for (const TrainSetting& row : train_settings()) {
    const auto value = given.find(row.setting.key);
    if (value == given.end() || value->is_null()) continue;
    if (!acts(row, config)) keys.push_back(row.setting.key);
  }
  return keys;
}

TrainConfig with_idle_defaults(const TrainConfig& config) {
  const TrainConfig defaults;
  TrainConfig used = config;
  for (const TrainSetting& row : train_settings())
    if (!acts(row, config)) row.read(used, row.write(defaults));
  return used;
}

void refuse_idle(const Json& given, const TrainConfig& config, const std::string& source, const std::string& prefix) {
  for (const std::string& key : idle_keys(given, config))
    throw InputError(fmt::format("{}: {}{}: acts only {}", source, prefix.empty() ? "" : prefix + ".", key,
                                 find_train_setting(key)->setting.acts.words(settings::Style::kKey)));
}

}  // namespace ampa::train
