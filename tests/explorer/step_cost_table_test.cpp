#include "cost/step_cost_table.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "allocate/cost_table.h"
#include "common/error.h"
#include "timing/point_version.h"

namespace ampa::cost {
namespace {

const timing::HardwarePoint& point() {
  static const timing::HardwarePoint r4s = timing::point_from_string("r4s-4x4");
  return r4s;
}

Json table() {
  return step_cost_table({{"x", gemm::Pass::kForward, 10, 10, 10}, {"x", gemm::Pass::kWeightGradient, 10, 10, 10}},
                         point(), {4, 8});
}

// What the check says of a file with this table.
void check(const Json& json) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "cycles.json";
  write_json_file(path, json);
  check_step_cost_table(path.string());
}

}  // namespace

TEST_CASE("a table of costs names the point and its version, and the allocator reads both") {
  const allocate::CostTable read = allocate::CostTable::read(table(), "t");
  CHECK(read.point() == "r4s-4x4");
  CHECK(read.point_version() == timing::version_of(point()));
  CHECK_NOTHROW(check(table()));
}

TEST_CASE("a table of another version of the point, or of none, is refused by name") {
  Json old = table();
  const std::int64_t now = timing::version_of(point());
  old["point_version"] = now + 1;
  CHECK_THROWS_WITH(check(old), Catch::Contains("cycles.json: point_version: expected " + std::to_string(now) +
                                                ", that of r4s-4x4 now") &&
                                    Catch::Contains("found " + std::to_string(now + 1)));
  old.erase("point_version");
  CHECK_THROWS_WITH(check(old), Catch::Contains("cycles.json: point_version: expected"));
  CHECK_THROWS_AS(allocate::CostTable::read(old, "t"), InputError);
  old["point"] = "r9s-4x4";
  old["point_version"] = 1;
  CHECK_THROWS_WITH(check(old), Catch::Contains("cycles.json: point: expected a hardware point"));
}

}  // namespace ampa::cost
