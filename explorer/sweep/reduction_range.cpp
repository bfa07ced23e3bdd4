#include "sweep/reduction_range.h"

#include "bitops/rr_range.h"

namespace ampa::sweep {

std::optional<ReductionRange> estimated_range(const train::TrainConfig& config,
                                              const std::vector<bitops::LayerSize>& layers) {
  if (config.scheme.kind == train::SchemeKind::kFp32 || layers.empty() || config.epochs == 0) return std::nullopt;
  if (config.scheme.kind == train::SchemeKind::kAmpa) {
    const allocate::AmpaSettings settings = train::ampa_settings(config);
    const auto imagined = [&](bitops::Impact impact) {
      return bitops::imagined_reduction_percent(layers, settings, config.epochs, impact);
    };
    return ReductionRange{imagined(bitops::Impact::kMost), imagined(bitops::Impact::kLeast)};
  }
  const Bits bits = config.scheme.fixed_bits;
  const std::vector<allocate::LayerBits> fixed(layers.size(), {bits, bits, bits});
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
