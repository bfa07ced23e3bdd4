#include "bitops/rr_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "allocate/ladder.h"
#include "common/error.h"

namespace ampa::bitops {
namespace {

using allocate::LadderState;

constexpr std::size_t kNumKinds = 3;  // weights, activations, gradients

// The widths of an imagined run.
class ImaginedRun {
 public:
  ImaginedRun(const std::vector<LayerSize>& layers, const allocate::AmpaSettings& settings, Impact impact)
      : layers_(layers),
        impact_(impact),
        num_selected_{allocate::num_selected(settings.alpha_percent, num_layers()),
                      allocate::num_selected(settings.beta_percent, num_layers()),
                      allocate::num_selected(settings.gamma_percent, num_layers())},
        kinds_(kNumKinds, LadderState(settings.ladder, settings.thr, num_layers())) {}

  void update() {
    for (std::size_t kind = 0; kind < kNumKinds; ++kind) kinds_[kind].select(rank(kind), num_selected_[kind]);
  }

  std::int64_t bitops() const {
    std::int64_t sum = 0;
    for (int i = 0; i < num_layers(); ++i)
      sum += training_bitops(layers_[static_cast<std::size_t>(i)].macs,
                             {kinds_[0].bits(i), kinds_[1].bits(i), kinds_[2].bits(i)});
    return sum;
  }

 private:
  int num_layers() const { return static_cast<int>(layers_.size()); }

  std::int64_t added_bitops(std::size_t kind, int layer) const {
    const Bits step = kinds_[kind].next_bits(layer) - kinds_[kind].bits(layer);
    const Bits others = kinds_[(kind + 1) % kNumKinds].bits(layer) + kinds_[(kind + 2) % kNumKinds].bits(layer);
    return layers_[static_cast<std::size_t>(layer)].macs * step * others;
  }

  std::vector<int> rank(std::size_t kind) const {
    std::vector<int> ranking(layers_.size());
    std::iota(ranking.begin(), ranking.end(), 0);
    std::stable_sort(ranking.begin(), ranking.end(), [&](int x, int y) {
      const std::int64_t of_x = added_bitops(kind, x), of_y = added_bitops(kind, y);
      if (of_x != of_y) return impact_ == Impact::kMost ? of_x > of_y : of_x < of_y;
      return kinds_[kind].bits(x) > kinds_[kind].bits(y);
    });
    return ranking;
  }

  const std::vector<LayerSize>& layers_;
  Impact impact_;
  std::array<int, kNumKinds> num_selected_;
  std::vector<LadderState> kinds_;
};

}  // namespace

double imagined_reduction_percent(const std::vector<LayerSize>& layers, const allocate::AmpaSettings& settings,
                                  std::int64_t epochs, Impact impact) {
  allocate::check(settings);
  if (epochs < 1) throw InputError(fmt::format("epochs: expected an integer >= 1, found {}", epochs));
  if (layers.empty()) return 0;
  ImaginedRun run(layers, settings, impact);
  std::vector<std::int64_t> epoch_bitops;
  std::int64_t bitops = run.bitops();
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    epoch_bitops.push_back(bitops);
    if (!allocate::is_measured_epoch(epoch, settings.interval_epochs)) continue;
    run.update();
    bitops = run.bitops();
  }
  return reduction_percent(epoch_bitops, int8_training_bitops(layers));
}

RangeEstimate estimate(const ir::Network& network, const allocate::AmpaSettings& settings, std::int64_t epochs) {
  const std::vector<LayerSize> layers = layer_sizes(network);
  RangeEstimate result;
  result.low_percent = imagined_reduction_percent(layers, settings, epochs, Impact::kMost);
  result.high_percent = imagined_reduction_percent(layers, settings, epochs, Impact::kLeast);
  result.num_layers = static_cast<int>(layers.size());
  result.num_selected_w = allocate::num_selected(settings.alpha_percent, result.num_layers);
  result.num_selected_a = allocate::num_selected(settings.beta_percent, result.num_layers);
  result.num_selected_g = allocate::num_selected(settings.gamma_percent, result.num_layers);
  result.num_updates = allocate::num_effective_updates(epochs, settings.interval_epochs);
  for (const LayerSize& layer : layers) result.macs += layer.macs;
  result.int8_bitops = int8_training_bitops(layers);
  result.notices = allocate::notices(settings, result.num_layers, epochs);
  return result;
}

}  // namespace ampa::bitops
