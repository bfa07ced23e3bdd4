#include "data/statistics.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace ampa::data {

ChannelStatistics channel_statistics(const LabelledImages& images) {
  const auto channels = static_cast<std::size_t>(images.shape.channels);
  std::vector<std::array<std::int64_t, 256>> counts(channels, std::array<std::int64_t, 256>{});
  for (std::size_t i = 0; i < images.pixels.size(); ++i) ++counts[i % channels][images.pixels[i]];

  const double per_channel = static_cast<double>(images.pixels.size() / channels);
  ChannelStatistics statistics;
  for (const auto& histogram : counts) {
    double sum = 0, squares = 0;
    for (int value = 0; value < 256; ++value) sum += static_cast<double>(value * histogram[value]);
    const double mean = sum / per_channel;
    for (int value = 0; value < 256; ++value)
      squares += static_cast<double>(histogram[value]) * (value - mean) * (value - mean);
    const double std = std::sqrt(squares / per_channel);
    statistics.mean.push_back(static_cast<float>(mean / 255));
    statistics.std.push_back(std > 0 ? static_cast<float>(std / 255) : 1.0f);
  }
  return statistics;
}

}  // namespace ampa::data
