#include <catch2/catch.hpp>
#include <filesystem>

#include "../common/temporary_folder.h"
#include "allocate/allocator.h"
#include "allocate/cost_table.h"
#include "common/error.h"

using namespace ampa;
using namespace ampa::allocate;
using Catch::Contains;

namespace {

// Two layers at 4 and 8 bits. Layer 0: a wider weight costs 100 cycles in fwd, layer 1: 10.
Json table_json() {
  const Json flat = {{5, 5}, {5, 5}};
  const Json dear = {{5, 105}, {5, 105}}, cheap = {{5, 15}, {5, 15}};
  return {{"schema_version", 1},
          {"point", "r4s-4x4"},
          {"point_version", 1},
          {"widths", {4, 8}},
          {"layers",
           {{{"layer", "x"}, {"fwd", dear}, {"dgrad", flat}, {"wgrad", flat}},
            {{"layer", "y"}, {"fwd", cheap}, {"dgrad", flat}, {"wgrad", flat}}}}};
}

std::unique_ptr<Allocator> allocator_of(const Json& table, double budget = 100, double alpha = 50) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "cycles.json";
  write_json_file(path, table);
  AllocatorConfig config;
  config.name = "ampa-cost";
  config.ampa = {alpha, 50, 0, 1, 3, {4, 8}};
  config.options = {{"cost_table", path.string()}, {"cycle_budget", budget}};
  return make_allocator(config, 2);
}

}  // namespace

TEST_CASE("a layer climbs where sensitivity per extra cycle is best, free climbs before all others", "[allocate]") {
  const auto allocator = allocator_of(table_json());
  // Weights: 5 / 100 against 1 / 10. Activations cost nothing anywhere: the more sensitive layer.
  allocator->update({{5, 2, 9}, {1, 1, 9}});
  CHECK(allocator->bits()[0].w == 4);
  CHECK(allocator->bits()[1].w == 8);
  CHECK(allocator->bits()[0].a == 8);
  CHECK(allocator->bits()[1].a == 4);
  CHECK(allocator->bits()[0].g == 4);  // gamma is 0
  // Layer 1 is at the top: layer 0 is all that is left.
  allocator->update({{5, 2, 9}, {1, 1, 9}});
  CHECK(allocator->bits()[0].w == 8);
  CHECK(allocator->bits()[1].a == 8);

  const auto sensitive = allocator_of(table_json());
  sensitive->update({{11, 1, 1}, {1, 1, 1}});  // 11 / 100 against 1 / 10
  CHECK(sensitive->bits()[0].w == 8);
  CHECK(sensitive->bits()[0].a == 8);  // equal ones: the earlier
  CHECK(sensitive->bits()[1].w == 4);
}

TEST_CASE("climbs beyond the budget of cycles are passed over", "[allocate]") {
  // At the top a step takes 105 + 15 + 4 * 5 = 140 cycles, at the bottom 30; 50 % are 70.
  const auto allocator = allocator_of(table_json(), 50, 100);
  allocator->update({{1000, 0, 0}, {1, 0, 0}});
  CHECK(allocator->bits()[0].w == 4);
  CHECK(allocator->bits()[1].w == 8);
  CHECK(allocator_of(table_json(), 0, 100)->bits()[0].w == 4);
}

TEST_CASE("the state of ampa-cost is restored, another's refused", "[allocate]") {
  const auto first = allocator_of(table_json()), second = allocator_of(table_json());
  first->update({{5, 2, 9}, {1, 1, 9}});
  second->restore(first->state(), "checkpoint");
  CHECK(second->state() == first->state());
  CHECK(second->bits()[1].w == 8);
  Json other = first->state();
  other["w"] = {4, 6};
  CHECK_THROWS_WITH(second->restore(other, "checkpoint"), Contains("expected widths of the ladder, found 6"));
  other["allocator"] = "ampa";
  CHECK_THROWS_AS(second->restore(other, "checkpoint"), InputError);
  CHECK_THROWS_AS(second->update({{1, 1, 1}}), RunError);
}

TEST_CASE("a run of ampa-cost that does not name its budget is the run with all cycles", "[allocate]") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "cycles.json";
  write_json_file(path, table_json());
  AllocatorConfig config;
  config.name = "ampa-cost";
  config.ampa = {50, 50, 0, 1, 3, {4, 8}};
  config.options = {{"cost_table", path.string()}};
  const Json silent = allocator_info("ampa-cost").identity(config, 2);
  config.options["cycle_budget"] = 100.0;
  CHECK(silent == allocator_info("ampa-cost").identity(config, 2));
  config.options["cycle_budget"] = 60.0;
  CHECK(silent != allocator_info("ampa-cost").identity(config, 2));
}

TEST_CASE("a table of costs that does not fit is refused by what is wrong", "[allocate]") {
  Json table = table_json();
  table["layers"][1]["dgrad"] = {{5, 5}};
  CHECK_THROWS_WITH(allocator_of(table), Contains("layers[1].dgrad: expected 2 rows of 2 numbers of cycles"));
  table = table_json();
  table["layers"].erase(0);
  CHECK_THROWS_WITH(allocator_of(table), Contains("expected the 2 quantized layers of the network, found 1"));
  table = table_json();
  table["widths"] = {4, 6};
  CHECK_THROWS_WITH(allocator_of(table), Contains("expected those of the ladder, found no 8"));
  AllocatorConfig config;
  config.name = "ampa-cost";
  CHECK_THROWS_WITH(make_allocator(config, 2), Contains("cost_table: expected a file"));
}
