#include "data/shuffle.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <numeric>

#include "numerics/random_stream.h"

using namespace ampa::data;

TEST_CASE("an epoch's order is a permutation fixed by seed and epoch") {
  const auto order = epoch_order(1000, 7, 3);
  CHECK(order == epoch_order(1000, 7, 3));
  CHECK(order != epoch_order(1000, 7, 4));
  CHECK(order != epoch_order(1000, 8, 3));
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::int64_t> all(1000);
  std::iota(all.begin(), all.end(), std::int64_t{0});
  CHECK(sorted == all);
  CHECK(epoch_order(0, 1, 0).empty());
  CHECK(epoch_order(1, 1, 0) == std::vector<std::int64_t>{0});
}

TEST_CASE("the order is the Fisher-Yates exchange that the header states") {
  const ampa::numerics::RandomStream stream{5, 2, 0xFFFF0000u};
  std::vector<std::int64_t> order = {0, 1, 2, 3, 4, 5};
  for (std::uint64_t i = 5; i >= 1; --i) {
    const double place = std::floor(stream.bits32(i) * static_cast<double>(i + 1) / 4294967296.0);
    std::swap(order[i], order[static_cast<std::size_t>(place)]);
  }
  CHECK(epoch_order(6, 5, 2) == order);
}

TEST_CASE("every image comes to every place about equally often") {
  std::array<std::array<int, 5>, 5> counts{};
  for (std::int64_t epoch = 0; epoch < 5000; ++epoch) {
    const auto order = epoch_order(5, 1, epoch);
    for (std::size_t place = 0; place < 5; ++place) ++counts[place][static_cast<std::size_t>(order[place])];
  }
  for (const auto& row : counts)
    for (const int count : row) CHECK(std::abs(count - 1000) < 150);  // five standard deviations
}
