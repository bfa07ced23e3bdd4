// AMPA Algorithm 1. At the end of every measured epoch (is_measured_epoch) and for weights, activations and gradients
// each on its own: rank the layers by falling sensitivity, of equal ones the earlier layer first; leave out the taboo
// list; let the first num_selected(ratio) climb (LadderState::select). Settings that check() refuses are an InputError.
// Layers in groups (granularity "block" or "network", the paper's Table 19) share a place on the ladder; the
// sensitivity of a group is the mean of its layers'. A measure that prefers the least sensitive ranks by rising ones.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "allocate/allocator.h"
#include "allocate/ampa_own_settings.h"
#include "allocate/climbing_kinds.h"
#include "common/error.h"

namespace ampa::allocate {
namespace {

std::vector<int> rank(const std::vector<double>& sensitivities, bool least_first) {
  std::vector<int> ranking(sensitivities.size());
  std::iota(ranking.begin(), ranking.end(), 0);
  std::stable_sort(ranking.begin(), ranking.end(), [&](int x, int y) {
    const double of_x = sensitivities[static_cast<std::size_t>(x)], of_y = sensitivities[static_cast<std::size_t>(y)];
    return least_first ? of_x < of_y : of_x > of_y;
  });
  return ranking;
}

std::vector<int> groups_of(const std::vector<int>& given, int num_layers) {
  if (!given.empty()) {
    if (given.size() != static_cast<std::size_t>(num_layers))
      throw RunError(fmt::format("ampa: expected a group for each of {} layers, found {}", num_layers, given.size()));
    return given;
  }
  std::vector<int> own(static_cast<std::size_t>(num_layers));
  std::iota(own.begin(), own.end(), 0);
  return own;
}

int count_of(const std::vector<int>& groups) {
  return groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1;
}

class AmpaAllocator : public Allocator {
 public:
  AmpaAllocator(const AmpaSettings& settings, const std::vector<int>& groups, int num_layers)
      : settings_(settings),
        measures_(measures_of(settings)),
        groups_(groups_of(groups, num_layers)),
        states_(std::size(kClimbingKinds), LadderState(settings.ladder, settings.thr, count_of(groups_))),
        bits_(static_cast<std::size_t>(num_layers)) {
    refresh_bits();
  }

  std::string_view name() const override { return "ampa"; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t epoch) const override {
    return is_measured_epoch(epoch, settings_.interval_epochs, settings_.first_epoch);
  }

  void update(const std::vector<LayerSensitivity>& sensitivities) override {
    check_sensitivities(name(), sensitivities, bits_.size());
    for (std::size_t kind = 0; kind < states_.size(); ++kind) {
      const bool is_gradient = kClimbingKinds[kind].bits == &LayerBits::g;
      const Measure& by = is_gradient ? *measures_.of_gradients : *measures_.of_values;
      states_[kind].select(rank(group_means(sensitivities, kClimbingKinds[kind].sensitivity), by.least_first),
                           num_selected_groups(settings_.*kClimbingKinds[kind].percent, states_[kind].num_layers(),
                                               settings_.granularity));
    }
    refresh_bits();
  }

  Json state() const override {
    Json json = {{"allocator", "ampa"}};
    for (std::size_t kind = 0; kind < states_.size(); ++kind) json[kClimbingKinds[kind].name] = states_[kind].to_json();
    return json;
  }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "ampa") reader.fail("allocator", "\"ampa\"", kind);
    std::vector<LadderState> restored = states_;
    for (std::size_t kind = 0; kind < restored.size(); ++kind)
      restored[kind].restore(reader.child(kClimbingKinds[kind].name));
    reader.finish();
    states_ = std::move(restored);
    refresh_bits();
  }

 private:
  std::vector<double> group_means(const std::vector<LayerSensitivity>& sensitivities,
                                  double LayerSensitivity::*field) const {
    const auto count = static_cast<std::size_t>(states_.front().num_layers());
    std::vector<double> sums(count), layers(count);
    for (std::size_t layer = 0; layer < sensitivities.size(); ++layer) {
      sums[static_cast<std::size_t>(groups_[layer])] += sensitivities[layer].*field;
      ++layers[static_cast<std::size_t>(groups_[layer])];
    }
    for (std::size_t group = 0; group < count; ++group) sums[group] /= layers[group];
    return sums;
  }

  void refresh_bits() {
    for (std::size_t layer = 0; layer < bits_.size(); ++layer)
      for (std::size_t kind = 0; kind < states_.size(); ++kind)
        bits_[layer].*kClimbingKinds[kind].bits = states_[kind].bits(groups_[layer]);
  }

  AmpaSettings settings_;
  Measures measures_;
  std::vector<int> groups_;          // of the layers
  std::vector<LadderState> states_;  // of the groups, in the order of kClimbingKinds
  std::vector<LayerBits> bits_;
};

std::unique_ptr<Allocator> make(const AllocatorConfig& config, int num_layers) {
  check(config.ampa);
  return std::make_unique<AmpaAllocator>(config.ampa, config.groups, num_layers);
}

// Ratios count by the layers that they select; of groups, whose number the network has, by their percentages.
Json identity(const AllocatorConfig& config, int num_layers) {
  const AmpaSettings& settings = config.ampa;
  const Json thr = settings.thr == kThrInfinite ? Json("inf") : Json(settings.thr);
  if (settings.granularity != "layer")
    return {{"alpha", settings.alpha_percent},
            {"beta", settings.beta_percent},
            {"gamma", settings.gamma_percent},
            {"interval_epochs", settings.interval_epochs},
            {"thr", thr},
            {"ladder", settings.ladder}};
  return {{"selected_w", num_selected(settings.alpha_percent, num_layers)},
          {"selected_a", num_selected(settings.beta_percent, num_layers)},
          {"selected_g", num_selected(settings.gamma_percent, num_layers)},
          {"interval_epochs", settings.interval_epochs},
          {"thr", thr},
          {"ladder", settings.ladder}};
}

std::string label(const Json& config) {
  const auto number = [&](const char* key) { return config.at(key).get<double>(); };
  const std::string itv = config.at("itv").is_null() ? fmt::format("{}e", config.at("itv_epochs").get<std::int64_t>())
                                                     : fmt::format("{}", number("itv"));
  const Json& thr = config.at("thr");
  std::string text = fmt::format("ampa {}/{}/{} Itv {} Thr {}", number("alpha"), number("beta"), number("gamma"), itv,
                                 thr.is_string() ? thr.get<std::string>() : fmt::format("{}", thr.get<std::int64_t>()));
  for (const auto& [key, otherwise] : {std::pair{"measure", "magnitude"}, std::pair{"granularity", "layer"}})
    if (config.contains(key) && config.at(key) != otherwise) text += " " + config.at(key).get<std::string>();
  return text;
}

}  // namespace

AllocatorInfo ampa_allocator() {
  AllocatorInfo row;
  row.name = "ampa";
  row.description = "AMPA Algorithm 1: the most sensitive layers climb a ladder of widths";
  row.make = make;
  row.schemes = {{"ampa", 8, "widths climb a ladder, layer by layer, by sensitivity (Algorithm 1)"}};
  row.adapts = true;
  row.identity = identity;
  row.notices = [](const AllocatorConfig& config, int num_layers, std::int64_t epochs) {
    return allocate::notices(config.ampa, num_layers, epochs);
  };
  row.label = label;
  row.label_keys = {"alpha", "beta", "gamma", "itv", "itv_epochs", "thr", "measure", "granularity"};
  row.own = ampa_own_settings();
  row.ladder = [](const AllocatorConfig& config) { return config.ampa; };
  return row;
}

}  // namespace ampa::allocate
