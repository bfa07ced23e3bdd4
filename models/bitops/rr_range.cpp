#include "bitops/rr_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "allocate/ladder.h"
#include "common/error.h"
#include "ir/layer_groups.h"

namespace ampa::bitops {
namespace {

using allocate::LadderState;

constexpr std::size_t kNumKinds = 3;  // OperandKind: weights, activations, gradients

int count_groups(const std::vector<int>& groups) {
  return groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1;
}

// The widths of an imagined run.
class ImaginedRun {
 public:
  ImaginedRun(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
              const allocate::AmpaSettings& settings, Impact impact)
      : gemms_(gemms), groups_(groups), ladder_(settings.ladder), impact_(impact) {
    const int num_groups = count_groups(groups);
    const auto selected = [&](double percent) {
      return allocate::num_selected_groups(percent, num_groups, settings.granularity);
    };
    num_selected_ = {selected(settings.alpha_percent), selected(settings.beta_percent),
                     selected(settings.gamma_percent)};
    kinds_.assign(kNumKinds, LadderState(settings.ladder, settings.thr, num_groups));
  }

  // Goes on from the widths of the layers.
  void go_on_from(const std::vector<allocate::LayerBits>& bits) {
    for (std::size_t kind = 0; kind < kNumKinds; ++kind) {
      std::vector<Bits> widths(static_cast<std::size_t>(kinds_[kind].num_layers()), ladder_.front());
      for (std::size_t layer = 0; layer < bits.size(); ++layer)
        if (const Bits width = bits[layer].of(static_cast<OperandKind>(kind)); width > 0)
          widths[static_cast<std::size_t>(groups_[layer])] = width;
      const Json state = {{"bits", widths}, {"top_selections", std::vector<std::int64_t>(widths.size())}};
      kinds_[kind].restore(JsonReader(state, "widths so far"));
    }
  }

  void update() {
    for (std::size_t kind = 0; kind < kNumKinds; ++kind) kinds_[kind].select(rank(kind), num_selected_[kind]);
  }

  std::int64_t bitops() const {
    std::vector<allocate::LayerBits> bits;
    for (const int i : groups_) bits.push_back({kinds_[0].bits(i), kinds_[1].bits(i), kinds_[2].bits(i)});
    return training_bitops(gemms_, bits);
  }

 private:
  // What the next width of operands of a kind adds, by group.
  std::vector<std::int64_t> added_bitops(std::size_t kind) const {
    std::vector<std::int64_t> added(static_cast<std::size_t>(kinds_[kind].num_layers()));
    for (const CountedGemm& gemm : gemms_) {
      const auto of_a = static_cast<std::size_t>(gemm.operands.first);
      const auto of_b = static_cast<std::size_t>(gemm.operands.second);
      if (of_a != kind && of_b != kind) continue;
      const int group = groups_[gemm.layer];
      const Bits now = kinds_[kind].bits(group), next = kinds_[kind].next_bits(group);
      const Bits other = kinds_[of_a == kind ? of_b : of_a].bits(group);
      added[static_cast<std::size_t>(group)] +=
          gemm.macs * (of_a == of_b ? next * next - now * now : (next - now) * other);
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
  const std::vector<int>& groups_;
  allocate::Ladder ladder_;
  Impact impact_;
  std::array<int, kNumKinds> num_selected_{};
  std::vector<LadderState> kinds_;
};

}  // namespace

double imagined_reduction_percent(const std::vector<CountedGemm>& gemms, const std::vector<int>& groups,
                                  const allocate::AmpaSettings& settings, std::int64_t epochs, Impact impact,
                                  const RunSoFar& so_far) {
  allocate::check(settings);
  if (epochs < 1) throw InputError(fmt::format("epochs: expected an integer >= 1, found {}", epochs));
  if (groups.empty()) return 0;
  ImaginedRun run(gemms, groups, settings, impact);
  std::vector<std::int64_t> epoch_bitops = so_far.epoch_bitops;
  if (!epoch_bitops.empty()) run.go_on_from(so_far.bits);
  for (auto epoch = static_cast<std::int64_t>(epoch_bitops.size()); epoch < epochs; ++epoch) {
    if (epoch > 0 && allocate::is_measured_epoch(epoch - 1, settings.interval_epochs, settings.first_epoch))
      run.update();
    epoch_bitops.push_back(run.bitops());
  }
  return reduction_percent(epoch_bitops, int8_training_bitops(gemms));
}

RangeEstimate estimate(const ir::Network& network, const allocate::AmpaSettings& settings, std::int64_t epochs) {
  const std::vector<LayerSize> layers = layer_sizes(network);
  const std::vector<CountedGemm> gemms = counted_gemms(network);
  const std::vector<int> groups = ir::layer_groups(network, settings.granularity);
  const int num_groups = count_groups(groups);
  RangeEstimate result;
  result.num_layers = static_cast<int>(layers.size());
  result.low_percent = imagined_reduction_percent(gemms, groups, settings, epochs, Impact::kMost);
  result.high_percent = imagined_reduction_percent(gemms, groups, settings, epochs, Impact::kLeast);
  result.num_selected_w = allocate::num_selected_groups(settings.alpha_percent, num_groups, settings.granularity);
  result.num_selected_a = allocate::num_selected_groups(settings.beta_percent, num_groups, settings.granularity);
  result.num_selected_g = allocate::num_selected_groups(settings.gamma_percent, num_groups, settings.granularity);
  result.num_updates = allocate::num_effective_updates(epochs, settings.interval_epochs, settings.first_epoch);
  for (const LayerSize& layer : layers) result.macs += layer.macs;
  result.int8_bitops = int8_training_bitops(gemms);
  result.notices = allocate::notices(settings, result.num_layers, epochs);
  return result;
}

}  // namespace ampa::bitops
