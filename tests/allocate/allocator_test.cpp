#include "allocate/allocator.h"

#include <catch2/catch.hpp>

#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;
using Catch::Contains;

TEST_CASE("every allocator of the table is made by its name and keeps its state through JSON") {
  std::vector<std::string> names;
  for (const AllocatorInfo& info : allocators()) {
    names.push_back(info.name);
    if (info.name == "ampa-cost") continue;  // needs a table of cycles: ampa_cost_allocator_test.cpp
    AllocatorConfig config;
    config.name = info.name;
    const auto allocator = make_allocator(config, 12);
    CHECK(allocator->name() == info.name);
    CHECK(allocator->bits().size() == 12);
    allocator->update(std::vector<LayerSensitivity>(12, LayerSensitivity{1, 2, 3}));
    const auto resumed = make_allocator(config, 12);
    resumed->restore(Json::parse(allocator->state().dump()), "checkpoint");
    CHECK(resumed->bits() == allocator->bits());
    CHECK(resumed->state() == allocator->state());
  }
  CHECK(names == std::vector<std::string>{"fixed", "ampa", "staged", "joint", "ampa-cost", "onebit"});
}

TEST_CASE("an allocator that does not exist is named, with those that do") {
  AllocatorConfig config;
  config.name = "guess";
  CHECK_THROWS_AS(make_allocator(config, 3), InputError);
  CHECK_THROWS_WITH(make_allocator(config, 3), Contains("fixed, ampa, staged") && Contains("\"guess\""));
}

TEST_CASE("a state of another allocator is refused") {
  AllocatorConfig fixed, ampa;
  fixed.name = "fixed";
  CHECK_THROWS_WITH(make_allocator(fixed, 3)->restore(make_allocator(ampa, 3)->state(), "file"),
                    Contains("file: allocator_state.allocator") && Contains("ampa"));
  CHECK_THROWS_WITH(make_allocator(ampa, 3)->restore(make_allocator(fixed, 3)->state(), "file"),
                    Contains("file: allocator_state.allocator") && Contains("fixed"));
}
