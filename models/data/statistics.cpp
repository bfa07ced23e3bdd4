#include "data/statistics.h"

#include <cmath>

namespace ampa::data {

void PixelCounts::add(const std::vector<std::uint8_t>& pixels) {
  for (std::size_t i = 0; i < pixels.size(); ++i) ++counts_[i % counts_.size()][pixels[i]];
}

ChannelStatistics PixelCounts::statistics() const {
  ChannelStatistics statistics;
  for (const auto& histogram : counts_) {
    std::int64_t count = 0;
    double sum = 0, squares = 0;
    for (int value = 0; value < 256; ++value) {
      count += histogram[value];
      sum += static_cast<double>(value * histogram[value]);
    }
    const auto per_channel = static_cast<double>(count);
    const double mean = sum / per_channel;
    for (int value = 0; value < 256; ++value)
      squares += static_cast<double>(histogram[value]) * (value - mean) * (value - mean);
    const double std = std::sqrt(squares / per_channel);
    statistics.mean.push_back(static_cast<float>(mean / 255));
    statistics.std.push_back(std > 0 ? static_cast<float>(std / 255) : 1.0f);
  }
  return statistics;
}

ChannelStatistics channel_statistics(const LabelledImages& images) {
  PixelCounts counts(images.shape.channels);
  counts.add(images.pixels);
  return counts.statistics();
}

}  // namespace ampa::data
