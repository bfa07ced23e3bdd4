#include <catch2/catch.hpp>

#include "allocate/allocator.h"
#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;

TEST_CASE("a fixed allocation never measures and never changes") {
  AllocatorConfig config;
  config.name = "fixed";
  for (config.fixed_bits = kMinBits; config.fixed_bits <= kMaxBits; ++config.fixed_bits) {
    const Bits width = config.fixed_bits;
    const auto allocator = make_allocator(config, 4);
    allocator->update(std::vector<LayerSensitivity>(4, LayerSensitivity{1, 1, 1}));
    CHECK(allocator->bits() == std::vector<LayerBits>(4, LayerBits{width, width, width}));
    for (std::int64_t epoch = 0; epoch < 20; ++epoch) CHECK_FALSE(allocator->measures(epoch));
  }
}

TEST_CASE("fixed widths outside the formats and states of another width are refused") {
  AllocatorConfig config;
  config.name = "fixed";
  for (const Bits width : {kMinBits - 1, kMaxBits + 1}) {
    config.fixed_bits = width;
    CHECK_THROWS_AS(make_allocator(config, 4), InputError);
  }
  config.fixed_bits = 6;
  const Json six = make_allocator(config, 4)->state();
  config.fixed_bits = 4;
  CHECK_THROWS_WITH(make_allocator(config, 4)->restore(six, "file"), Catch::Contains("bits"));
}
