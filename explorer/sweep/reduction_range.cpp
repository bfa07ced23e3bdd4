#include "sweep/reduction_range.h"

#include "bitops/rr_range.h"

namespace ampa::sweep {

std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::CountedGemm>& gemms,
                                              const std::vector<int>& groups) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr || groups.empty() || config.epochs == 0) return std::nullopt;
  const allocate::AllocatorConfig allocation = train::allocator_config(config);
  if (allocator->ladder != nullptr) {
    const allocate::AmpaSettings settings = allocator->ladder(allocation);
    const auto imagined = [&](bitops::Impact impact) {
      return bitops::imagined_reduction_percent(gemms, groups, settings, config.epochs, impact);
    };
    return ReductionRange{imagined(bitops::Impact::kMost), imagined(bitops::Impact::kLeast)};
  }
  if (allocator->adapts) return std::nullopt;
  const std::vector<allocate::LayerBits> fixed = allocate::make_allocator(allocation, static_cast<int>(groups.size()))->bits();
  const double percent =
      bitops::reduction_percent({bitops::training_bitops(gemms, fixed)}, bitops::int8_training_bitops(gemms));
  return ReductionRange{percent, percent};
}

}  // namespace ampa::sweep
