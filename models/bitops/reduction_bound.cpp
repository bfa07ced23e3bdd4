#include "bitops/reduction_bound.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

namespace ampa::bitops {
namespace {

constexpr std::size_t kNumKinds = 3;  // OperandKind: weights, activations, gradients

Bits widest_step(const allocate::Ladder& ladder) {
  Bits widest = 0;
  for (std::size_t i = 1; i < ladder.size(); ++i) widest = std::max<Bits>(widest, ladder[i] - ladder[i - 1]);
  return widest;
}

// What one step of the operands of a kind adds at most, by group. A GEMM of two operands of the kind counts for both.
std::vector<std::int64_t> largest_rises(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
                                        std::size_t num_groups, std::size_t kind, const allocate::Ladder& ladder) {
  std::vector<std::int64_t> rises(num_groups);
  for (const CountedGemm& gemm : gemms)
    for (const OperandKind operand : {gemm.operands.first, gemm.operands.second})
      if (static_cast<std::size_t>(operand) == kind)
        rises[static_cast<std::size_t>(groups[gemm.layer])] += gemm.macs * widest_step(ladder) * ladder.back();
  return rises;
}

}  // namespace

double reduction_at_most(std::vector<std::int64_t> epoch_bitops, std::int64_t next_bitops, std::int64_t num_epochs,
                         std::int64_t int8) {
  epoch_bitops.resize(static_cast<std::size_t>(num_epochs), next_bitops);
  return reduction_percent(epoch_bitops, int8);
}

Climb climb_of(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
               const allocate::AmpaSettings& settings) {
  Climb climb;
  climb.interval_epochs = settings.interval_epochs;
  climb.first_epoch = settings.first_epoch;
  const int num_groups = groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1;
  const std::array<double, kNumKinds> percents = {settings.alpha_percent, settings.beta_percent,
                                                  settings.gamma_percent};
  for (std::size_t kind = 0; kind < kNumKinds; ++kind) {
    std::vector<std::int64_t> rises =
        largest_rises(gemms, groups, static_cast<std::size_t>(num_groups), kind, settings.ladder);
    std::sort(rises.begin(), rises.end(), std::greater<>());
    const int selected = allocate::num_selected_groups(percents[kind], num_groups, settings.granularity);
    climb.per_update = std::accumulate(rises.begin(), rises.begin() + selected, climb.per_update);
  }
  const Bits top = settings.ladder.back();
  climb.most = training_bitops(gemms, std::vector<allocate::LayerBits>(groups.size(), {top, top, top}));
  return climb;
}

double reduction_at_least(std::vector<std::int64_t> epoch_bitops, std::optional<std::int64_t> next_bitops,
                          const Climb& climb, std::int64_t num_epochs, std::int64_t int8) {
  const auto count = static_cast<std::size_t>(num_epochs);
  if (next_bitops && epoch_bitops.size() < count) epoch_bitops.push_back(*next_bitops);
  while (epoch_bitops.size() < count) {
    const auto last = static_cast<std::int64_t>(epoch_bitops.size()) - 1;
    std::int64_t bitops = epoch_bitops.back();
    if (allocate::is_measured_epoch(last, climb.interval_epochs, climb.first_epoch))
      bitops = std::max(bitops, std::min(climb.most, bitops + climb.per_update));
    epoch_bitops.push_back(bitops);
  }
  return reduction_percent(epoch_bitops, int8);
}

}  // namespace ampa::bitops
