#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "ops/conv_geometry.h"

namespace ampa::ops {
namespace {

TEST_CASE("16 x 16 bytes are exchanged whatever lies between their rows") {
  std::vector<std::uint8_t> from(40 * 16), to(33 * 16, 0);
  std::mt19937 random(3);
  for (std::uint8_t& byte : from) byte = static_cast<std::uint8_t>(random());
  transpose_bytes(from.data(), 40, to.data(), 33);
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t j = 0; j < 33 && j * 33 + i < to.size(); ++j)
      REQUIRE(to[j * 33 + i] == (j < 16 ? from[i * 40 + j] : 0));
}

// By the definition, an element at a time.
template <typename T>
std::vector<T> turned(const ConvGeometry& g, const std::vector<T>& weights) {
  const std::int64_t in_c = g.in_group().channels, out_c = g.out_group().channels;
  std::vector<T> out;
  for (std::int64_t i = 0; i < g.in.channels; ++i)
    for (std::int64_t y = 0; y < g.kernel.y; ++y)
      for (std::int64_t x = 0; x < g.kernel.x; ++x)
        for (std::int64_t o = 0; o < out_c; ++o) {
          const std::int64_t filter = i / in_c * out_c + o;
          const std::int64_t tap = (g.kernel.y - 1 - y) * g.kernel.x + g.kernel.x - 1 - x;
          out.push_back(weights[static_cast<std::size_t>((filter * g.kernel.y * g.kernel.x + tap) * in_c + i % in_c)]);
        }
  return out;
}

template <typename T>
void check_turned(const ConvGeometry& geometry, std::mt19937& random, ThreadPool& threads) {
  const std::int64_t size =
      geometry.out.channels * geometry.kernel.y * geometry.kernel.x * geometry.in_group().channels;
  std::vector<T> weights(static_cast<std::size_t>(size)), rotated(weights.size());
  for (T& weight : weights) weight = static_cast<T>(random() % 256);
  rotate_weights(geometry, weights.data(), rotated.data(), threads);
  CHECK(rotated == turned(geometry, weights));
}

TEST_CASE("weights are turned and their channels exchanged, in bytes and in floats, on any number of threads") {
  std::mt19937 random(5);
  ThreadPool one(1), three(3);
  for (int i = 0; i < 40; ++i) {
    ConvGeometry geometry;
    geometry.groups = 1 + static_cast<std::int64_t>(random() % 3);
    geometry.in.channels = geometry.groups * (1 + static_cast<std::int64_t>(random() % 100));
    geometry.out.channels = geometry.groups * (1 + static_cast<std::int64_t>(random() % 80));
    geometry.kernel = {1 + static_cast<std::int64_t>(random() % 3), 1 + static_cast<std::int64_t>(random() % 3)};
    CAPTURE(geometry.groups, geometry.in.channels, geometry.out.channels, geometry.kernel.y, geometry.kernel.x);
    for (ThreadPool* threads : {&one, &three}) {
      check_turned<std::uint8_t>(geometry, random, *threads);
      check_turned<float>(geometry, random, *threads);
    }
  }
}

}  // namespace
}  // namespace ampa::ops
