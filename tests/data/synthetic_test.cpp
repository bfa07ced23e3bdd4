#include "data/synthetic.h"

#include <array>
#include <catch2/catch.hpp>

#include "common/error.h"

using namespace ampa;
using namespace ampa::data;

TEST_CASE("the synthetic set has its default sizes, balanced classes and no common images") {
  const auto [train, test] = make_synthetic(0, 0);
  CHECK(train.count() == kSyntheticTrain);
  CHECK(test.count() == kSyntheticTest);
  CHECK(train.shape == ir::Shape{1, 12, 12});
  CHECK(train.pixels.size() == static_cast<std::size_t>(kSyntheticTrain * 144));
  std::array<int, 10> counts{};
  for (const std::uint8_t label : train.labels) ++counts.at(label);
  for (const int count : counts) CHECK((count == 51 || count == 52));
  CHECK_FALSE(std::equal(test.pixels.begin(), test.pixels.begin() + 144, train.pixels.begin()));
}

TEST_CASE("a smaller synthetic set is the beginning of a larger one") {
  const auto large = make_synthetic(0, 0).first;
  const auto small = make_synthetic(37, 5);
  CHECK(small.first.count() == 37);
  CHECK(small.second.count() == 5);
  CHECK(std::equal(small.first.pixels.begin(), small.first.pixels.end(), large.pixels.begin()));
  CHECK_THROWS_AS(make_synthetic(kSyntheticMax + 1, 0), InputError);
}

TEST_CASE("the synthetic classes can be told apart, but not from single pixels") {
  const auto [train, test] = make_synthetic(0, 0);
  std::array<std::array<double, 144>, 10> means{};
  for (std::int64_t i = 0; i < train.count(); ++i)
    for (std::size_t p = 0; p < 144; ++p)
      means[train.labels[static_cast<std::size_t>(i)]][p] += train.pixels[static_cast<std::size_t>(i) * 144 + p] / 51.2;
  const auto correct = [&](std::size_t step) {
    int right = 0;
    for (std::int64_t i = 0; i < test.count(); ++i) {
      std::size_t best = 0;
      double best_distance = 1e30;
      for (std::size_t label = 0; label < 10; ++label) {
        double distance = 0;
        for (std::size_t p = 0; p < 144; p += step) {
          const double difference = test.pixels[static_cast<std::size_t>(i) * 144 + p] - means[label][p];
          distance += difference * difference;
        }
        if (distance < best_distance) best = label, best_distance = distance;
      }
      right += best == test.labels[static_cast<std::size_t>(i)];
    }
    return right;
  };
  CHECK(correct(1) > 240);
  CHECK(correct(144) < 128);
}
