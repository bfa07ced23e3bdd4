// Per-channel mean and standard deviation of a set of images.
#pragma once

#include <vector>

#include "data/dataset.h"

namespace ampa::data {

struct ChannelStatistics {
  std::vector<float> mean, std;  // in units of 1/255; std is 1 for a channel whose pixels are all equal
};

// From exact counts of pixel values, so that the order of the images does not matter. Population standard deviation.
ChannelStatistics channel_statistics(const LabelledImages& images);

}  // namespace ampa::data
