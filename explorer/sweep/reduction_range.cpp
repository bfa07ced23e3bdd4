#include "sweep/reduction_range.h"

#include "bitops/rr_range.h"

namespace ampa::sweep {

std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::LayerSize>& layers) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr || layers.empty() || config.epochs == 0) return std::nullopt;
  const allocate::AllocatorConfig allocation = train::allocator_config(config);
  if (allocator->ladder != nullptr) {
    const allocate::AmpaSettings settings = allocator->ladder(allocation);
    const auto imagined = [&](bitops::Impact impact) {
      return bitops::imagined_reduction_percent(layers, settings, config.epochs, impact);
    };
    return ReductionRange{imagined(bitops::Impact::kMost), imagined(bitops::Impact::kLeast)};
  }
  if (allocator->adapts) return std::nullopt;
  const std::vector<allocate::LayerBits> fixed =
      allocate::make_allocator(allocation, static_cast<int>(layers.size()))->bits();
  const double percent =
      bitops::reduction_percent({bitops::training_bitops(layers, fixed)}, bitops::int8_training_bitops(layers));
  return ReductionRange{percent, percent};
}

std::vector<bitops::LayerSize> layer_sizes(const record::RunRecord& record) {
  std::vector<bitops::LayerSize> sizes;
  for (const record::QuantizedLayer& layer : record.layers) sizes.push_back({layer.macs, layer.num_weights});
  return sizes;
}

}  // namespace ampa::sweep
