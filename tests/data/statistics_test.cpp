#include "data/statistics.h"

#include <catch2/catch.hpp>

using namespace ampa::data;

TEST_CASE("mean and standard deviation are per channel, in units of 1/255") {
  LabelledImages images;
  images.shape = {3, 2, 1};
  images.labels = {0, 1};
  images.pixels = {0, 10, 77, 255, 10, 77, 0, 30, 77, 255, 30, 77};
  const ChannelStatistics statistics = channel_statistics(images);
  REQUIRE(statistics.mean.size() == 3);
  CHECK(statistics.mean[0] == 0.5f);
  CHECK(statistics.std[0] == 0.5f);
  CHECK(statistics.mean[1] == static_cast<float>(20.0 / 255));
  CHECK(statistics.std[1] == static_cast<float>(10.0 / 255));
  CHECK(statistics.mean[2] == static_cast<float>(77.0 / 255));
  CHECK(statistics.std[2] == 1.0f);  // a constant channel is not divided by zero
}
