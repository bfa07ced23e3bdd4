#include "sweep/reduction_range.h"

namespace ampa::sweep {

std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::CountedGemm>& gemms,
                                              const std::vector<std::string>& layers, const std::vector<int>& groups,
                                              const bitops::RunSoFar& so_far) {
  const auto num_layers = static_cast<int>(layers.size());
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr || num_layers == 0 || config.epochs == 0) return std::nullopt;
  const allocate::AllocatorConfig allocation = train::allocator_config(config, layers);
  if (allocator->ladder != nullptr) {
    const allocate::AmpaSettings settings = allocator->ladder(allocation);
    const auto imagined = [&](bitops::Impact impact) {
      return bitops::imagined_reduction_percent(gemms, groups, settings, config.epochs, impact, so_far);
    };
    return ReductionRange{imagined(bitops::Impact::kMost), imagined(bitops::Impact::kLeast)};
  }
  if (allocator->adapts) return std::nullopt;
  const auto fixed = allocate::make_allocator(allocation, num_layers);
  std::vector<std::int64_t> epochs;
  for (std::int64_t epoch = 0; epoch < config.epochs; ++epoch) {
    fixed->start_epoch(epoch);
    epochs.push_back(bitops::training_bitops(gemms, fixed->bits()));
  }
  const double percent = bitops::reduction_percent(epochs, bitops::int8_training_bitops(gemms));
  return ReductionRange{percent, percent};
}

}  // namespace ampa::sweep
