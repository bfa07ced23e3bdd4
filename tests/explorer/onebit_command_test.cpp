// A step in one bit on arrays and cores with two-level operands, through the command.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa::testing {
namespace {

using Catch::Contains;

const std::string kSmall =
    "train --network tinycnn --dataset synthetic --scheme onebit --epochs 1 --batch-size 16 --max-train 16 --max-test "
    "8 ";

std::int64_t forward_macs(const Json& record) {
  std::int64_t macs = 0;
  for (const Json& job : record["results"]["jobs"])
    if (job["pass"] == "fwd")
      macs += job["m"].get<std::int64_t>() * job["n"].get<std::int64_t>() * job["k"].get<std::int64_t>();
  return macs;
}

Json on_array(const Scratch& scratch, const std::string& run, const std::string& backend) {
  const Result result =
      ampa(scratch, "simulate --record " + run + "/record.json --point serial-3x5 --json --backend " + backend);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return result.json()["results"];
}

}  // namespace

TEST_CASE("arrays count the closed form's cycles of a step in one bit, and pruned groups cost nothing") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, kSmall + "--out pruned").exit_code == 0);
  REQUIRE(ampa(scratch, kSmall + "--gradient-groups all --out all").exit_code == 0);
  const Json pruned = on_array(scratch, "pruned", "tlm"), all = on_array(scratch, "all", "tlm");
  CHECK(on_array(scratch, "pruned", "rtl")["array"] == pruned["array"]);
  for (const Json& run : {pruned, all}) CHECK(run["array"]["num_jobs"] == run["array"]["num_step_jobs"]);
  const std::int64_t forward = forward_macs(scratch.json("pruned/record.json"));
  CHECK(forward > 0);
  CHECK(4 * (pruned["array"]["num_macs"].get<std::int64_t>() - forward) ==
        all["array"]["num_macs"].get<std::int64_t>() - forward);
  CHECK(pruned["total"]["total_cycles"] < all["total"]["total_cycles"]);
  CHECK(pruned["int8_total"] == all["int8_total"]);
  const Result core =
      ampa(scratch,
           "simulate --record pruned/record.json --point serial-3x5 --memory latency=20,bytes_per_cycle=3/2 "
           "--cross-check 4 --backend tlm --json");
  INFO(core.err);
  REQUIRE(core.exit_code == 0);
  CHECK(core.json()["results"]["cross_check"]["num_jobs"] == 4);
}

TEST_CASE("an array without two-level operands refuses a step in one bit by name") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, kSmall + "--out run").exit_code == 0);
  const Result refused = ampa(scratch, "simulate --record run/record.json --point fused-4x4");
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Contains("two-level") && Contains("fused"));
}

}  // namespace ampa::testing
