#include "study/new_network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bitops/rr_range.h"
#include "ir/layer_groups.h"
#include "sweep/reduction_range.h"
#include "train/train_settings.h"

namespace ampa::study {
namespace {

// As a flag takes it.
std::string typed(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> items;
  for (const Json& item : value) items.push_back(typed(item));
  return fmt::format("{}", fmt::join(items, ","));
}

// Those that people choose, and all that are not at their defaults.
std::vector<std::pair<std::string, Json>> shown_settings(const Json& carried) {
  static const std::vector<std::string> always = {"alpha", "beta", "gamma", "itv", "thr", "ladder"};
  std::vector<std::pair<std::string, Json>> shown;
  for (const auto& [key, value] : carried.items()) {
    const bool is_chosen = std::find(always.begin(), always.end(), key) != always.end();
    const train::TrainSetting* row = train::find_train_setting(key);
    if (key == "scheme" || is_chosen || (row != nullptr && row->setting.otherwise != value))
      shown.emplace_back(key, value);
  }
  return shown;
}

// Every layer is its own group where nothing else is said.
void add_ladder(OnNewNetwork& found, const allocate::AmpaSettings& settings, const NewNetwork& network) {
  const bitops::RangeEstimate estimate = bitops::estimate(network.network, settings, network.epochs);
  found.has_ladder = true;
  found.names = {"alpha", "beta", "gamma"};
  found.percents = {settings.alpha_percent, settings.beta_percent, settings.gamma_percent};
  found.selected = {estimate.num_selected_w, estimate.num_selected_a, estimate.num_selected_g};
  found.interval_epochs = settings.interval_epochs;
  found.num_updates = estimate.num_updates;
  found.range = sweep::ReductionRange{estimate.low_percent, estimate.high_percent};
}

}  // namespace

Json carried_settings(const Json& resolved) {
  const train::TrainConfig config = train::config_from_json(resolved, "settings");
  Json carried = {{"scheme", train::to_string(config.scheme)}};
  for (const train::TrainSetting& row : train::train_settings())
    if (row.of_scheme && train::acts(row, config)) carried[row.setting.key] = row.write(config);
  if (carried.contains("itv_epochs")) {
    if (carried.at("itv").is_null())
      carried["itv"] = std::min(
          1.0, carried.at("itv_epochs").get<double>() / static_cast<double>(std::max<std::int64_t>(1, config.epochs)));
    carried.erase("itv_epochs");
  }
  return carried;
}

Json with_carried(Json config, const Json& carried) {
  for (const train::TrainSetting& row : train::train_settings())
    if (row.of_scheme) config.erase(row.setting.key);
  for (const auto& [key, value] : carried.items()) config[key] = value;
  return config;
}

OnNewNetwork on_new_network(const Json& carried, const NewNetwork& of) {
  const Json json = with_carried({{"network", of.name}, {"epochs", of.epochs}}, carried);
  const train::TrainConfig config = train::config_from_json(json, "settings");
  OnNewNetwork found;
  const std::vector<std::string> layers = of.network.quantized_names();
  found.num_layers = static_cast<int>(layers.size());
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr) return found;
  const allocate::AllocatorConfig allocation = train::allocator_config(config, layers);
  if (allocator->notices != nullptr) found.notices = allocator->notices(allocation, found.num_layers, of.epochs);
  if (allocator->ladder != nullptr) {
    add_ladder(found, allocator->ladder(allocation), of);
  } else {
    const std::vector<int> groups = ir::layer_groups(of.network, train::ampa_settings(config).granularity);
    found.range = sweep::estimated_range(config, bitops::counted_gemms(of.network), layers, groups);
  }
  return found;
}

std::string carried_words(const Json& carried) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : shown_settings(carried)) {
    const std::string text = value.is_number_float() ? fmt::format("{:.4g}", value.get<double>()) : typed(value);
    parts.push_back(key == "scheme" ? text : key + ' ' + text);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string carried_flags(const Json& carried) {
  std::string flags;
  for (const auto& [key, value] : shown_settings(carried))
    flags += fmt::format(" {} {}", settings::name_in(settings::Style::kFlag, key), typed(value));
  return flags;
}

}  // namespace ampa::study
