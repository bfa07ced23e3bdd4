#include "train/train_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace ampa::train {
namespace {

constexpr std::int64_t kMaxEpochs = 100000;
constexpr std::int64_t kMaxImages = 1000000000;
constexpr double kSmallest = std::numeric_limits<double>::min();

constexpr const char* kSchemeNames = "one of fp32, int2, int3, int4, int5, int6, int7, int8, ampa";

template <typename T>
struct Named {
  const char* name;
  T value;
};
constexpr Named<LrSchedule> kSchedules[] = {
    {"constant", LrSchedule::kConstant}, {"cosine", LrSchedule::kCosine}, {"step", LrSchedule::kStep}};
constexpr Named<Augmentation> kAugmentations[] = {{"none", Augmentation::kNone},
                                                  {"flip-crop", Augmentation::kFlipCrop}};

template <typename T, std::size_t N>
const char* name_of(const Named<T> (&table)[N], T value) {
  for (const Named<T>& row : table)
    if (row.value == value) return row.name;
  throw RunError("train config: a value outside its enumeration");
}

template <typename T, std::size_t N>
T parse_name(const Named<T> (&table)[N], JsonReader& reader, const std::string& key) {
  const std::string name = reader.string(key);
  std::string valid;
  for (const Named<T>& row : table) {
    if (row.name == name) return row.value;
    valid += (valid.empty() ? "" : ", ") + std::string(row.name);
  }
  reader.fail(key, "one of " + valid, '"' + name + '"');
}

bool parse_scheme(const std::string& name, Scheme& scheme) {
  if (name == "fp32")
    scheme = {SchemeKind::kFp32, 8};
  else if (name == "ampa")
    scheme = {SchemeKind::kAmpa, 8};
  else if (name.size() == 4 && name.compare(0, 3, "int") == 0 && name[3] >= '2' && name[3] <= '8')
    scheme = {SchemeKind::kFixed, name[3] - '0'};
  else
    return false;
  return true;
}

bool given(const JsonReader& reader, const Json& json, const std::string& key) {
  return reader.has(key) && !json.at(key).is_null();
}

void parse_interval(JsonReader& reader, const Json& json, AmpaConfig& ampa) {
  const bool fraction = given(reader, json, "itv");
  const bool epochs = given(reader, json, "itv_epochs");
  if (fraction && epochs) reader.fail("itv_epochs", "either itv or itv_epochs, and the other null or absent", "both");
  const bool cleared = reader.has("itv") && !fraction && !epochs;
  if (cleared) reader.fail("itv", "a number in (0, 1], or itv_epochs", "null for both");
  if (fraction) ampa.itv = reader.number("itv", kSmallest, 1);
  if (epochs) {
    ampa.itv.reset();
    ampa.itv_epochs = reader.integer("itv_epochs", 1, kMaxEpochs);
  }
}

void parse_thr(JsonReader& reader, AmpaConfig& ampa) {
  const Json& value = reader.any("thr");
  if (value.is_string()) {
    if (value.get<std::string>() != "inf") reader.fail("thr", "an integer >= 0 or \"inf\"", value.dump());
    ampa.thr = kThrInfinite;
  } else {
    ampa.thr = reader.integer("thr", 0, kMaxImages);
  }
}

void parse_ladder(JsonReader& reader, AmpaConfig& ampa) {
  ampa.ladder.clear();
  for (const std::int64_t bits : reader.integers("ladder", kMinBits, kMaxBits)) {
    if (!ampa.ladder.empty() && bits <= ampa.ladder.back())
      reader.fail("ladder", "ascending widths", fmt::format("{} after {}", bits, ampa.ladder.back()));
    ampa.ladder.push_back(static_cast<Bits>(bits));
  }
  if (ampa.ladder.size() < 2)
    reader.fail("ladder", "two or more ascending widths", fmt::format("{}", ampa.ladder.size()));
}

void parse_milestones(JsonReader& reader, TrainConfig& config) {
  config.lr_milestones = reader.integers("lr_milestones", 1, kMaxEpochs);
  if (!std::is_sorted(config.lr_milestones.begin(), config.lr_milestones.end()))
    reader.fail("lr_milestones", "ascending epochs", "epochs out of order");
}

void parse_ampa(JsonReader& reader, const Json& json, AmpaConfig& ampa) {
  if (reader.has("alpha")) ampa.alpha = reader.number("alpha", 0, 100);
  if (reader.has("beta")) ampa.beta = reader.number("beta", 0, 100);
  if (reader.has("gamma")) ampa.gamma = reader.number("gamma", 0, 100);
  parse_interval(reader, json, ampa);
  if (reader.has("thr")) parse_thr(reader, ampa);
  if (reader.has("ladder")) parse_ladder(reader, ampa);
}

void parse_data(JsonReader& reader, TrainConfig& config) {
  if (reader.has("network")) config.network = reader.string("network");
  if (reader.has("dataset")) config.dataset = reader.string("dataset");
  if (reader.has("data_dir")) config.data_dir = reader.string("data_dir");
  if (reader.has("epochs")) config.epochs = reader.integer("epochs", 1, kMaxEpochs);
  if (reader.has("batch_size")) config.batch_size = reader.integer("batch_size", 1, kMaxImages);
  if (reader.has("max_train")) config.max_train = reader.integer("max_train", 0, kMaxImages);
  if (reader.has("max_test")) config.max_test = reader.integer("max_test", 0, kMaxImages);
  if (reader.has("seed"))
    config.seed = static_cast<std::uint64_t>(reader.integer("seed", 0, std::numeric_limits<std::int64_t>::max()));
}

void parse_optimizer(JsonReader& reader, TrainConfig& config) {
  if (reader.has("lr")) config.lr = reader.number("lr", kSmallest, 1000);
  if (reader.has("lr_schedule")) config.lr_schedule = parse_name(kSchedules, reader, "lr_schedule");
  if (reader.has("lr_milestones")) parse_milestones(reader, config);
  if (reader.has("lr_decay")) config.lr_decay = reader.number("lr_decay", kSmallest, 1);
  if (reader.has("momentum")) config.momentum = reader.number("momentum", 0, 1);
  if (reader.has("weight_decay")) config.weight_decay = reader.number("weight_decay", 0, 1);
  if (reader.has("augment")) config.augment = parse_name(kAugmentations, reader, "augment");
}

}  // namespace

Scheme scheme_from_string(const std::string& name, const std::string& source) {
  Scheme scheme;
  if (!parse_scheme(name, scheme))
    throw InputError(fmt::format("{}: scheme: expected {}, found \"{}\"", source, kSchemeNames, name));
  return scheme;
}

std::string to_string(Scheme scheme) {
  switch (scheme.kind) {
    case SchemeKind::kFp32:
      return "fp32";
    case SchemeKind::kFixed:
      return fmt::format("int{}", scheme.fixed_bits);
    case SchemeKind::kAmpa:
      return "ampa";
  }
  throw RunError("train config: a scheme outside its enumeration");
}

Json to_json(const TrainConfig& config) {
  const AmpaConfig& ampa = config.ampa;
  Json json;
  json["network"] = config.network;
  json["dataset"] = config.dataset;
  json["data_dir"] = config.data_dir;
  json["scheme"] = to_string(config.scheme);
  json["alpha"] = ampa.alpha;
  json["beta"] = ampa.beta;
  json["gamma"] = ampa.gamma;
  json["itv"] = ampa.itv ? Json(*ampa.itv) : Json(nullptr);
  json["itv_epochs"] = ampa.itv_epochs ? Json(*ampa.itv_epochs) : Json(nullptr);
  json["thr"] = ampa.thr == kThrInfinite ? Json("inf") : Json(ampa.thr);
  json["ladder"] = ampa.ladder;
  json["epochs"] = config.epochs;
  json["batch_size"] = config.batch_size;
  json["max_train"] = config.max_train;
  json["max_test"] = config.max_test;
  json["seed"] = config.seed;
  json["lr"] = config.lr;
  json["lr_schedule"] = name_of(kSchedules, config.lr_schedule);
  json["lr_milestones"] = config.lr_milestones;
  json["lr_decay"] = config.lr_decay;
  json["momentum"] = config.momentum;
  json["weight_decay"] = config.weight_decay;
  json["augment"] = name_of(kAugmentations, config.augment);
  return json;
}

TrainConfig config_from_json(const Json& json, const std::string& source, const std::string& prefix) {
  JsonReader reader(json, source, prefix);
  TrainConfig config;
  if (reader.has("scheme")) {
    const std::string name = reader.string("scheme");
    if (!parse_scheme(name, config.scheme)) reader.fail("scheme", kSchemeNames, '"' + name + '"');
  }
  parse_ampa(reader, json, config.ampa);
  parse_data(reader, config);
  parse_optimizer(reader, config);
  reader.finish();
  return config;
}

std::int64_t interval_epochs(const AmpaConfig& ampa, std::int64_t epochs) {
  if (ampa.itv_epochs) return *ampa.itv_epochs;
  return std::max<std::int64_t>(1, std::llround(ampa.itv.value() * static_cast<double>(epochs)));
}

allocate::AmpaSettings ampa_settings(const TrainConfig& config) {
  const AmpaConfig& ampa = config.ampa;
  const std::int64_t thr = ampa.thr == kThrInfinite ? allocate::kThrInfinite : ampa.thr;
  return {ampa.alpha, ampa.beta, ampa.gamma, interval_epochs(ampa, config.epochs), thr, ampa.ladder};
}

}  // namespace ampa::train
