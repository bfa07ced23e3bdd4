#include "train/pause.h"

#include <fmt/format.h>

#include "bitops/reduction_bound.h"

namespace ampa::train {
namespace {

bool widths_never_fall(const allocate::AllocatorInfo& info) {
  return !info.adapts || info.ladder != nullptr;
}

}  // namespace

std::optional<std::string> reason_to_pause(const PauseRule& rule, const TrainConfig& config,
                                           const allocate::Allocator* allocator,
                                           const std::vector<bitops::CountedGemm>& gemms,
                                           const std::vector<record::EpochResult>& finished) {
  const auto num_finished = static_cast<std::int64_t>(finished.size());
  if (rule.until_epoch > 0 && num_finished >= rule.until_epoch) return "";
  const std::int64_t int8 = bitops::int8_training_bitops(gemms);
  if (!rule.min_rr_percent || finished.empty() || allocator == nullptr || int8 == 0) return std::nullopt;
  if (!widths_never_fall(*config.scheme.allocator_info())) return std::nullopt;
  std::vector<std::int64_t> epoch_bitops;
  for (const record::EpochResult& epoch : finished) epoch_bitops.push_back(epoch.bitops_per_image.value());
  const double at_most = bitops::reduction_at_most(
      std::move(epoch_bitops), bitops::training_bitops(gemms, allocator->bits()), config.epochs, int8);
  if (at_most >= *rule.min_rr_percent) return std::nullopt;
  return fmt::format("RR is at most {:.4f} % after {} of {} epochs, below {} %", at_most, num_finished, config.epochs,
                     *rule.min_rr_percent);
}

}  // namespace ampa::train
