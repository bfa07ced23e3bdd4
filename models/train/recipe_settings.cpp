#include "train/recipe_settings.h"

#include <fmt/format.h>

#include <set>

#include "train/joint_training.h"
#include "train/train_settings.h"
#include "train/two_level.h"

namespace ampa::train {
namespace {

using settings::Setting;

constexpr const char* kOfScheme = "scheme";

struct Operand {
  const char* name;
  const char* words;
  OperandRules Scheme::*rules;
};
constexpr Operand kOperands[] = {{"weight", "weights", &Scheme::weights},
                                 {"activation", "activations", &Scheme::activations},
                                 {"gradient", "gradients", &Scheme::gradients}};

struct Aspect {
  const char* name;
  const char* words;
  std::string OperandRules::*rule;
  std::vector<std::string> (*names)();
};

template <typename Row>
std::vector<std::string> names_in(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.emplace_back(row.name);
  return names;
}

const std::vector<Aspect>& aspects() {
  static const std::vector<Aspect> list = {
      {"scale", "how the range of {} becomes a scale", &OperandRules::scale,
       [] { return names_in(numerics::scale_forms()); }},
      {"clipping", "how the range of {} is chosen; of a scheme without a rule of its own, as clipping says",
       &OperandRules::clipping, [] { return names_in(quant::clipping_rules()); }},
      {"rounding", "how {} between two codes are rounded", &OperandRules::rounding,
       [] { return names_in(numerics::rounding_rules()); }}};
  return list;
}

std::string key_of(const Operand& operand, const Aspect& aspect) {
  return fmt::format("{}_{}", operand.name, aspect.name);
}

Setting choice(const std::string& key, std::vector<std::string> names, const std::string& words) {
  names.insert(names.begin(), kOfScheme);
  return settings::choice(key, names).about(words).by_default(kOfScheme);
}

settings::OwnSettings make_settings() {
  settings::OwnSettings own;
  for (const Operand& operand : kOperands)
    for (const Aspect& aspect : aspects())
      own.list.push_back(choice(key_of(operand, aspect), aspect.names(), fmt::format(aspect.words, operand.words)));
  own.list.push_back(choice("gradient_scales", {"tensor", "channel"},
                            "scales of the gradient that the gradient of weights reads; with one a channel the data "
                            "gradient reads a second quantization"));
  own.list.push_back(choice("rate_scaling", {"none", "deviation"},
                            "whether the rate of a layer falls with the deviation of its gradient's codes"));
  own.list.push_back(choice("weight_update", {"fp32", "fixed_point"},
                            "whether gradients of weights become 8-bit integers and weights 16-bit ones (WAGEUBN)"));
  own.list.push_back(
      choice("batch_norm", {"fp32", "fixed_point"}, "whether batch norm computes on fixed-point grids (WAGEUBN)"));
  for (Setting& setting : own.list) setting.acts_only(settings::with("scheme", schemes_with_ranges()));
  settings::Condition scaled = settings::with("rate_scaling", {"deviation"});
  for (const Scheme& scheme : schemes())
    if (scheme.rate_scaling == "deviation")
      scaled = scaled || (settings::with("scheme", {scheme.name}) && settings::with("rate_scaling", {kOfScheme}));
  own.list.push_back(settings::number("rate_alpha", {0, 1000})
                         .about("the rate is multiplied by max(exp(-rate_alpha * deviation), rate_beta)")
                         .by_default(20.0)
                         .acts_only(scaled));
  own.list.push_back(settings::number("rate_beta", {0, 1})
                         .about("the least that a rate is multiplied by")
                         .by_default(0.1)
                         .acts_only(scaled));
  return own;
}

quant::TensorRule rule_of(const Json& names, const Operand& operand, const Json& options) {
  const auto name = [&](const Aspect& aspect) { return names.at(key_of(operand, aspect)).get<std::string>(); };
  const std::string place = fmt::format("config: {}_", operand.name);
  const std::vector<Aspect>& of = aspects();
  return {&numerics::scale_form(name(of[0]), place + of[0].name),
          quant::make_clipping(quant::clipping_rule(name(of[1]), place + of[1].name), options),
          numerics::rounding_from_string(name(of[2]), place + of[2].name)};
}

}  // namespace

const settings::OwnSettings& recipe_settings() {
  static const settings::OwnSettings own = make_settings();
  return own;
}

Json resolved_recipe(const TrainConfig& config) {
  const Json given = settings::resolved(recipe_settings(), config.options);
  const auto resolve = [&](const std::string& key, const std::string& of_scheme) {
    return given.at(key) == kOfScheme ? Json(of_scheme) : given.at(key);
  };
  Json names = Json::object();
  for (const Operand& operand : kOperands)
    for (const Aspect& aspect : aspects()) {
      const std::string& rule = config.scheme.*operand.rules.*aspect.rule;
      const std::string key = key_of(operand, aspect);
      names[key] = resolve(key, rule.empty() ? config.clipping : rule);
    }
  names["gradient_scales"] = resolve("gradient_scales", config.scheme.gradient_scales);
  names["rate_scaling"] = resolve("rate_scaling", config.scheme.rate_scaling);
  names["weight_update"] = resolve("weight_update", config.scheme.weight_update);
  names["batch_norm"] = resolve("batch_norm", config.scheme.batch_norm);
  return names;
}

settings::Condition clips_by(const std::string& rule) {
  settings::Condition condition = settings::with("clipping", {rule});
  for (const Operand& operand : kOperands) {
    const std::string key = key_of(operand, aspects()[1]);
    condition = condition || settings::with(key, {rule});
    for (const Scheme& scheme : schemes())
      if ((scheme.*operand.rules).clipping == rule)
        condition = condition || (settings::with("scheme", {scheme.name}) && settings::with(key, {kOfScheme}));
  }
  return condition;
}

ir::Recipe recipe_of(const TrainConfig& config) {
  const Json names = resolved_recipe(config);
  ir::Recipe recipe;
  recipe.weights = rule_of(names, kOperands[0], config.options);
  recipe.activations = rule_of(names, kOperands[1], config.options);
  recipe.gradients = rule_of(names, kOperands[2], config.options);
  recipe.gradient_by_channel = names.at("gradient_scales") == "channel";
  recipe.double_rounding = stored_width(config);
  recipe.two_level = two_level_of(config);
  recipe.fixed_point_update = names.at("weight_update") == "fixed_point";
  recipe.fixed_point_batch_norm = names.at("batch_norm") == "fixed_point";
  if (names.at("rate_scaling") == "none") return recipe;
  const Json values = settings::resolved(recipe_settings(), config.options);
  recipe.rate_scaling = {values.at("rate_alpha").get<double>(), values.at("rate_beta").get<double>()};
  return recipe;
}

void check_recipe(const JsonReader& reader, const TrainConfig& config) {
  const Json names = resolved_recipe(config);
  const std::string clipping = names.at("gradient_clipping").get<std::string>();
  if (names.at("rate_scaling") != "none" && quant::clipping_rule(clipping, "config").deviation_at < 0)
    reader.fail("rate_scaling", "none, or gradient_clipping direction, which measures the deviation",
                fmt::format("{} with gradient_clipping {}", names.at("rate_scaling").get<std::string>(), clipping));
}

// One clipping rule of all three operands is named once, as the setting `clipping` names it.
void add_recipe_identity(const TrainConfig& config, Json& json) {
  TrainConfig scheme_alone;
  scheme_alone.scheme = config.scheme;
  const Json names = resolved_recipe(config), otherwise = resolved_recipe(scheme_alone);
  std::set<std::string> clipping;
  for (const Operand& operand : kOperands) clipping.insert(names.at(key_of(operand, aspects()[1])).get<std::string>());
  bool is_one = clipping.size() == 1;
  for (const auto& [key, value] : names.items()) {
    if (value == otherwise.at(key)) continue;
    const bool is_clipping = key.size() > 9 && key.compare(key.size() - 9, 9, "_clipping") == 0;
    json[is_clipping && is_one ? "clipping" : key] = value;
  }
  const auto add_given = [&](const settings::OwnSettings& own) {
    for (const Setting& setting : own.list) {
      const auto given = config.options.find(setting.key);
      const bool is_other =
          given != config.options.end() && *given != setting.otherwise && !names.contains(setting.key);
      if (is_other && acts(*find_train_setting(setting.key), config)) json[setting.key] = *given;
    }
  };
  add_given(recipe_settings());
  for (const quant::ClippingRule& rule : quant::clipping_rules()) add_given(rule.own);
}

}  // namespace ampa::train
