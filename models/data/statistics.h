// Per-channel mean and standard deviation of a set of images.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace ampa::data {

struct ChannelStatistics {
  std::vector<float> mean, std;  // in units of 1/255; std is 1 for a channel whose pixels are all equal
};

// Exact counts of the values of pixels, by channel.
class PixelCounts {
 public:
  explicit PixelCounts(std::int64_t channels) : counts_(static_cast<std::size_t>(channels)) {}

  void add(const std::vector<std::uint8_t>& pixels);  // channels next to each other
  ChannelStatistics statistics() const;               // of what was added, at least one pixel

 private:
  std::vector<std::array<std::int64_t, 256>> counts_;
};

// From exact counts of pixel values, so that the order of the images does not matter. Population standard deviation.
ChannelStatistics channel_statistics(const LabelledImages& images);

}  // namespace ampa::data
