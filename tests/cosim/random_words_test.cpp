// Words that no packer makes: every bit random, also those of a container that its format does not use.
#include <catch2/catch.hpp>

#include "array/array_model.h"
#include "numerics/random_stream.h"

using namespace ampa;

namespace {

std::vector<std::uint32_t> random_words(std::int64_t count, std::uint32_t tensor) {
  const numerics::RandomStream stream{9, 0, tensor};
  std::vector<std::uint32_t> words;
  for (std::int64_t i = 0; i < count; ++i) words.push_back(stream.bits32(static_cast<std::uint64_t>(i)));
  return words;
}

}  // namespace

TEST_CASE("unused bits of containers are ignored, and one tile's format leaves nothing to the next", "[cosim]") {
  const timing::HardwarePoint point = timing::point_from_string("fused-8x4");
  const std::unique_ptr<systemc::ArrayModel> rtl = systemc::make_verilated_model(point);
  const std::unique_ptr<systemc::ArrayModel> plain = systemc::make_transaction_model(point);
  const std::int64_t steps = 11;
  for (int mode = 0; mode < 64; ++mode) {
    INFO("width codes " << (mode & 3) << " and " << (mode >> 2 & 3) << ", signs " << (mode >> 4));
    const auto a = random_words(steps * point.rows, 2 * static_cast<std::uint32_t>(mode));
    const auto b = random_words(steps * point.cols, 2 * static_cast<std::uint32_t>(mode) + 1);
    std::vector<std::int32_t> found(static_cast<std::size_t>(point.rows * point.cols)), expected(found.size());
    systemc::Tile tile{mode & 3,   mode >> 2 & 3, (mode & 16) != 0, (mode & 32) != 0, steps,
                       point.rows, point.cols,    a.data(),         b.data(),         found.data()};
    const gemm::JobCycles cycles = rtl->run_tile(tile);
    tile.results = expected.data();
    CHECK(plain->run_tile(tile) == cycles);
    CHECK(found == expected);
  }
}
