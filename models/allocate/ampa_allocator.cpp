#include "allocate/ampa_allocator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/error.h"

namespace ampa::allocate {
namespace {

// One kind of operand: which field of the sensitivities ranks it and which field of the widths it sets.
struct Kind {
  const char* name;
  double LayerSensitivity::*sensitivity;
  Bits LayerBits::*bits;
  double AmpaSettings::*percent;
};

constexpr Kind kKinds[] = {
    {"w", &LayerSensitivity::w, &LayerBits::w, &AmpaSettings::alpha_percent},
    {"a", &LayerSensitivity::a, &LayerBits::a, &AmpaSettings::beta_percent},
    {"g", &LayerSensitivity::g, &LayerBits::g, &AmpaSettings::gamma_percent},
};

std::vector<int> rank(const std::vector<LayerSensitivity>& sensitivities, double LayerSensitivity::*field) {
  std::vector<int> ranking(sensitivities.size());
  std::iota(ranking.begin(), ranking.end(), 0);
  std::stable_sort(ranking.begin(), ranking.end(), [&](int x, int y) {
    return sensitivities[static_cast<std::size_t>(x)].*field > sensitivities[static_cast<std::size_t>(y)].*field;
  });
  return ranking;
}

class AmpaAllocator : public Allocator {
 public:
  AmpaAllocator(const AmpaSettings& settings, int num_layers)
      : settings_(settings),
        states_(std::size(kKinds), LadderState(settings.ladder, settings.thr, num_layers)),
        bits_(static_cast<std::size_t>(num_layers)) {
    refresh_bits();
  }

  std::string_view name() const override { return "ampa"; }
  const std::vector<LayerBits>& bits() const override { return bits_; }
  bool measures(std::int64_t epoch) const override { return is_measured_epoch(epoch, settings_.interval_epochs); }

  void update(const std::vector<LayerSensitivity>& sensitivities) override {
    check_sensitivities(sensitivities);
    for (std::size_t kind = 0; kind < states_.size(); ++kind)
      states_[kind].select(rank(sensitivities, kKinds[kind].sensitivity),
                           num_selected(settings_.*kKinds[kind].percent, static_cast<int>(bits_.size())));
    refresh_bits();
  }

  Json state() const override {
    Json json = {{"allocator", "ampa"}};
    for (std::size_t kind = 0; kind < states_.size(); ++kind) json[kKinds[kind].name] = states_[kind].to_json();
    return json;
  }

  void restore(const Json& state, const std::string& source) override {
    JsonReader reader(state, source, "allocator_state");
    if (const std::string kind = reader.string("allocator"); kind != "ampa") reader.fail("allocator", "\"ampa\"", kind);
    std::vector<LadderState> restored = states_;
    for (std::size_t kind = 0; kind < restored.size(); ++kind) restored[kind].restore(reader.child(kKinds[kind].name));
    reader.finish();
    states_ = std::move(restored);
    refresh_bits();
  }

 private:
  void check_sensitivities(const std::vector<LayerSensitivity>& sensitivities) const {
    if (sensitivities.size() != bits_.size())
      throw RunError(fmt::format("ampa: expected {} sensitivities, one per quantized layer, found {}", bits_.size(),
                                 sensitivities.size()));
    for (std::size_t layer = 0; layer < sensitivities.size(); ++layer)
      for (const Kind& kind : kKinds)
        if (!std::isfinite(sensitivities[layer].*kind.sensitivity))
          throw NonFiniteError(
              fmt::format("ampa: quantized layer {}: the sensitivity of {} is not finite", layer, kind.name));
  }

  void refresh_bits() {
    for (std::size_t layer = 0; layer < bits_.size(); ++layer)
      for (std::size_t kind = 0; kind < states_.size(); ++kind)
        bits_[layer].*kKinds[kind].bits = states_[kind].bits(static_cast<int>(layer));
  }

  AmpaSettings settings_;
  std::vector<LadderState> states_;  // in the order of kKinds
  std::vector<LayerBits> bits_;
};

}  // namespace

std::unique_ptr<Allocator> make_ampa_allocator(const AllocatorConfig& config, int num_layers) {
  check(config.ampa);
  return std::make_unique<AmpaAllocator>(config.ampa, num_layers);
}

}  // namespace ampa::allocate
