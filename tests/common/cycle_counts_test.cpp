#include "common/cycle_counts.h"

#include <catch2/catch.hpp>

namespace ampa {
namespace {

constexpr std::int64_t kMost = INT64_MAX;

CycleCounts read(const std::string& text, std::int64_t max = kMost) {
  const Json json = Json::parse(text);
  return cycles_from_json(JsonReader(json, "f.json"), max);
}

}  // namespace

TEST_CASE("cycles are shown and stored in all their parts, and read back") {
  const CycleCounts cycles{1, 20, 300, 4000};
  CHECK(cycles.total() == 4321);
  CHECK(cycles.stalls() == 4300);
  CHECK(to_words(cycles) == "4321 cycles: 1 compute, 20 fill/drain, 300 operand stall, 4000 write stall");
  CHECK(cycle_heads(14) == "        compute     fill/drain  operand stall    write stall         cycles");
  CHECK(cycle_columns(cycles, 5) == "     1    20   300  4000  4321");
  CHECK(to_json(cycles).dump() ==
        R"({"compute_cycles":1,"fill_drain_cycles":20,"operand_stall_cycles":300,"write_stall_cycles":4000,)"
        R"("total_cycles":4321})");
  CHECK(read(to_json(cycles).dump()) == cycles);
  CHECK(read(R"({"compute_cycles":1,"fill_drain_cycles":20,"total_cycles":21})") == CycleCounts{1, 20});
  CHECK_THROWS_WITH(read(R"({"compute_cycles":1,"fill_drain_cycles":20,"total_cycles":22})"),
                    Catch::Contains("total_cycles"));
  CHECK_THROWS_AS(read(R"({"compute_cycles":1,"fill_drain_cycles":2,"write_stall_cycles":3,"total_cycles":6})"),
                  InputError);
  CHECK_THROWS_AS(read(R"({"compute_cycles":9223372036854775807,"fill_drain_cycles":1,"total_cycles":0})"), InputError);
}

TEST_CASE("sums of cycles lose no part, and do not overflow") {
  CycleCounts sum{1, 2, 3, 4};
  sum += {10, 20, 30, 40};
  CHECK(sum == CycleCounts{11, 22, 33, 44});
  sum.add({1, 1, 1, 1}, 100);
  CHECK(sum == CycleCounts{111, 122, 133, 144});
  for (const CyclePart& part : kCycleParts) {
    CycleCounts one, large;
    one.*part.count = 1;
    large.*part.count = kMost;
    CHECK((large + CycleCounts{}).total() == kMost);
    CHECK_THROWS_AS(large + one, OverflowError);
    CHECK_THROWS_AS(one.add(large, 2), OverflowError);
    CHECK(one != CycleCounts{});
    for (const CyclePart& other : kCycleParts) {
      if (other.count == part.count) continue;
      CycleCounts both = large;
      both.*other.count = 1;
      CHECK_THROWS_WITH(both.total(), "cycles: expected at most 9223372036854775807 (63 bits), found more");
    }
  }
}

TEST_CASE("checked arithmetic gives what 63 bits hold and refuses the rest") {
  CHECK(checked_add(kMost - 1, 1, "x") == kMost);
  CHECK_THROWS_WITH(checked_add(kMost, 1, "bytes"),
                    "bytes: expected at most 9223372036854775807 (63 bits), found more");
  CHECK(checked_mul(std::int64_t{1} << 31, std::int64_t{1} << 31, "x") == std::int64_t{1} << 62);
  CHECK_THROWS_AS(checked_mul(std::int64_t{1} << 32, std::int64_t{1} << 31, "x"), OverflowError);
  CHECK_THROWS_AS(checked_mul(std::int64_t{1} << 31, std::int64_t{1} << 31, 2, "x"), InputError);
  CHECK(whole_div(kMost, 2) == (std::int64_t{1} << 62));
  CHECK(whole_div(0, 7) == 0);
  CHECK(whole_div(7, 7) == 1);
}

}  // namespace ampa
