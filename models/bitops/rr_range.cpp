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

constexpr std::size_t kNumKinds = 3;  // OperandKind: weights, activations, gradients

// The widths of an imagined run.
class ImaginedRun {
 public:
  ImaginedRun(const std::vector<CountedGemm>& gemms, int num_layers, const allocate::AmpaSettings& settings,
              Impact impact)
      : gemms_(gemms),
        num_layers_(num_layers),
        impact_(impact),
        num_selected_{allocate::num_selected(settings.alpha_percent, num_layers),
                      allocate::num_selected(settings.beta_percent, num_layers),
                      allocate::num_selected(settings.gamma_percent, num_layers)},
        kinds_(kNumKinds, LadderState(settings.ladder, settings.thr, num_layers)) {}

  void update() {
    for (std::size_t kind = 0; kind < kNumKinds; ++kind) kinds_[kind].select(rank(kind), num_selected_[kind]);
  }

  std::int64_t bitops() const {
    std::vector<allocate::LayerBits> bits;
    for (int i = 0; i < num_layers_; ++i) bits.push_back({kinds_[0].bits(i), kinds_[1].bits(i), kinds_[2].bits(i)});
    return training_bitops(gemms_, bits);
  }

 private:
  // What the next width of operands of a kind adds, by layer.
  std::vector<std::int64_t> added_bitops(std::size_t kind) const {
    std::vector<std::int64_t> added(static_cast<std::size_t>(num_layers_));
    for (const CountedGemm& gemm : gemms_) {
      const auto of_a = static_cast<std::size_t>(gemm.operands.first);
      const auto of_b = static_cast<std::size_t>(gemm.operands.second);
      if (of_a != kind && of_b != kind) continue;
      const auto layer = static_cast<int>(gemm.layer);
      const Bits now = kinds_[kind].bits(layer), next = kinds_[kind].next_bits(layer);
      const Bits other = kinds_[of_a == kind ? of_b : of_a].bits(layer);
      added[gemm.layer] += gemm.macs * (of_a == of_b ? next * next - now * now : (next - now) * other);
    }
    return added;
  }

  // Layers that have no operand of the kind, such as weights, are not sensitive to it: last.
  std::vector<int> rank(std::size_t kind) const {
    const std::vector<std::int64_t> added = added_bitops(kind);
    std::vector<bool> has_it(added.size(), false);
    for (const CountedGemm& gemm : gemms_)
      for (const OperandKind operand : {gemm.operands.first, gemm.operands.second})
        if (static_cast<std::size_t>(operand) == kind) has_it[gemm.layer] = true;
    std::vector<int> ranking(added.size());
    std::iota(ranking.begin(), ranking.end(), 0);
    std::stable_sort(ranking.begin(), ranking.end(), [&](int x, int y) {
      if (has_it[static_cast<std::size_t>(x)] != has_it[static_cast<std::size_t>(y)])
        return static_cast<bool>(has_it[static_cast<std::size_t>(x)]);
      const std::int64_t of_x = added[static_cast<std::size_t>(x)], of_y = added[static_cast<std::size_t>(y)];
      if (of_x != of_y) return impact_ == Impact::kMost ? of_x > of_y : of_x < of_y;
      return kinds_[kind].bits(x) > kinds_[kind].bits(y);
    });
    return ranking;
  }

  const std::vector<CountedGemm>& gemms_;
  int num_layers_;
  Impact impact_;
  std::array<int, kNumKinds> num_selected_;
  std::vector<LadderState> kinds_;
};

}  // namespace

double imagined_reduction_percent(const std::vector<CountedGemm>& gemms, int num_layers,
                                  const allocate::AmpaSettings& settings, std::int64_t epochs, Impact impact) {
  allocate::check(settings);
  if (epochs < 1) throw InputError(fmt::format("epochs: expected an integer >= 1, found {}", epochs));
  if (num_layers == 0) return 0;
  ImaginedRun run(gemms, num_layers, settings, impact);
  std::vector<std::int64_t> epoch_bitops;
  std::int64_t bitops = run.bitops();
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    epoch_bitops.push_back(bitops);
    if (!allocate::is_measured_epoch(epoch, settings.interval_epochs)) continue;
    run.update();
    bitops = run.bitops();
  }
  return reduction_percent(epoch_bitops, int8_training_bitops(gemms));
}

RangeEstimate estimate(const ir::Network& network, const allocate::AmpaSettings& settings, std::int64_t epochs) {
  const std::vector<LayerSize> layers = layer_sizes(network);
  const std::vector<CountedGemm> gemms = counted_gemms(network);
  RangeEstimate result;
  result.num_layers = static_cast<int>(layers.size());
  result.low_percent = imagined_reduction_percent(gemms, result.num_layers, settings, epochs, Impact::kMost);
  result.high_percent = imagined_reduction_percent(gemms, result.num_layers, settings, epochs, Impact::kLeast);
  result.num_selected_w = allocate::num_selected(settings.alpha_percent, result.num_layers);
  result.num_selected_a = allocate::num_selected(settings.beta_percent, result.num_layers);
  result.num_selected_g = allocate::num_selected(settings.gamma_percent, result.num_layers);
  result.num_updates = allocate::num_effective_updates(epochs, settings.interval_epochs);
  for (const LayerSize& layer : layers) result.macs += layer.macs;
  result.int8_bitops = int8_training_bitops(gemms);
  result.notices = allocate::notices(settings, result.num_layers, epochs);
  return result;
}

}  // namespace ampa::bitops
