#include "allocate/ampa_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace ampa::allocate {
namespace {

constexpr std::int64_t kPartsPerPercent = 1'000'000;

struct Ratio {
  const char* name;
  double percent;
  const char* operands;
};

std::vector<Ratio> ratios(const AmpaSettings& settings) {
  return {{"alpha", settings.alpha_percent, "weights"},
          {"beta", settings.beta_percent, "activations"},
          {"gamma", settings.gamma_percent, "gradients"}};
}

// The smallest percentage that selects a layer, rounded up to two digits.
double smallest_useful_percent(int num_layers) {
  return std::ceil(1e4 / num_layers) / 100;
}

}  // namespace

void check(const AmpaSettings& settings) {
  for (const Ratio& ratio : ratios(settings))
    if (!(ratio.percent >= 0 && ratio.percent <= 100))
      throw InputError(fmt::format("{}: expected a percentage in 0..100, found {}", ratio.name, ratio.percent));
  if (settings.interval_epochs < 1)
    throw InputError(fmt::format("itv: expected an interval of at least 1 epoch, found {}", settings.interval_epochs));
  if (settings.thr < 0) throw InputError(fmt::format("thr: expected an integer >= 0 or inf, found {}", settings.thr));
  if (settings.first_epoch != 0 && settings.first_epoch != 1)
    throw InputError(fmt::format("itv_from: expected 0 or 1, found {}", settings.first_epoch));
  check_ladder(settings.ladder);
}

std::int64_t num_effective_updates(std::int64_t epochs, std::int64_t interval_epochs, std::int64_t first_epoch) {
  return epochs < 2 ? 0 : (epochs - 2 + first_epoch) / interval_epochs;
}

int num_selected(double percent, int num_layers) {
  const std::int64_t parts = std::llround(percent * static_cast<double>(kPartsPerPercent));
  return static_cast<int>(parts * num_layers / (100 * kPartsPerPercent));
}

int num_selected_groups(double percent, int num_groups, const std::string& granularity) {
  const int selected = num_selected(percent, num_groups);
  return granularity != "layer" && percent > 0 && num_groups > 0 ? std::max(selected, 1) : selected;
}

std::vector<std::string> notices(const AmpaSettings& settings, int num_layers, std::int64_t epochs) {
  if (num_layers == 0) return {"the network has no quantized layers: AMPA has nothing to allocate"};
  std::vector<std::string> found;
  const Bits lowest = settings.ladder.front();
  for (const Ratio& ratio : ratios(settings))
    if (settings.granularity == "layer" && num_selected(ratio.percent, num_layers) == 0)
      found.push_back(fmt::format(
          "{} = {} % of {} quantized layers is less than one layer: {} stay at {} bits "
          "throughout; the smallest useful value is {}",
          ratio.name, ratio.percent, num_layers, ratio.operands, lowest, smallest_useful_percent(num_layers)));
  const std::int64_t interval = settings.interval_epochs;
  if (settings.interval_fraction) {
    const double asked = *settings.interval_fraction * static_cast<double>(epochs);
    if (std::abs(asked - static_cast<double>(interval)) > 1e-9 * asked)
      found.push_back(fmt::format("itv = {} of {} epochs is {} epochs, rounded to {}: Itv/N is {:.4g}",
                                  *settings.interval_fraction, epochs, asked, interval,
                                  static_cast<double>(interval) / static_cast<double>(epochs)));
  }
  const bool acts = num_effective_updates(epochs, interval, settings.first_epoch) > 0;
  if (acts && epochs % interval != 0)
    found.push_back(fmt::format("an interval of {} epochs does not divide {} epochs: the last one is cut to {}",
                                interval, epochs, epochs % interval));
  if (!acts)
    found.push_back(
        fmt::format("an interval of {} epochs leaves no update that acts within {} epochs: everything stays "
                    "at {} bits",
                    interval, epochs, lowest));
  return found;
}

}  // namespace ampa::allocate
