// The bench of the streaming units: it sees a unit that differs from its twin and says so with the smallest stream.
#include "verify/verify_units.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "verify/stream_file.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::verify;

namespace {

// A unit that goes wrong on streams of which `is_wrong` says so.
rtl::UnitCheck faulty(const std::function<bool(const rtl::UnitPlan&)>& is_wrong) {
  return {"faulty", [=](const rtl::UnitPlan& plan) {
            rtl::UnitVerdict verdict;
            verdict.num_inputs = verdict.num_outputs = plan.stimulus.num_inputs;
            if (is_wrong(plan)) verdict.mismatch = "output 0: expected 1, found 2";
            return verdict;
          }};
}

}  // namespace

TEST_CASE("a sound unit meets every bin, and its streams repeat for a seed", "[cosim]") {
  const rtl::UnitCheck& check = unit_from_string("bitpack-4");
  const UnitReport first = verify_unit(check, 3, 1), again = verify_unit(check, 3, 1), other = verify_unit(check, 4, 1);
  CHECK(first.equal());
  CHECK(bins_not_met(first.cross).empty());
  CHECK(first.num_cycles == again.num_cycles);
  CHECK(first.num_cycles != other.num_cycles);
}

TEST_CASE("a unit's failure is shrunk to the inputs and the stress that it needs", "[cosim]") {
  const UnitReport longer =
      verify_unit(faulty([](const rtl::UnitPlan& plan) { return plan.stimulus.num_inputs >= 7; }), 1, 1);
  REQUIRE(longer.failure);
  CHECK(longer.failure->mismatch == "output 0: expected 1, found 2");
  CHECK_THAT(longer.failure->smallest.words(),
             Catch::Contains("stream of 7 inputs") &&
                 Catch::EndsWith("one mode, offered in 100 % and taken in 100 % of the cycles"));
  CHECK(longer.failure->found_in.num_inputs >= 7);
  const UnitReport stalled =
      verify_unit(faulty([](const rtl::UnitPlan& plan) { return static_cast<bool>(plan.handshakes.takes); }), 1, 1);
  REQUIRE(stalled.failure);
  CHECK_THAT(stalled.failure->smallest.words(),
             Catch::Contains("stream of 1 inputs") && Catch::Contains("offered in 100 %"));
  CHECK(stalled.failure->smallest.take_percent < 100);
  const UnitReport reset =
      verify_unit(faulty([](const rtl::UnitPlan& plan) { return plan.reset_after_cycles > 0; }), 1, 1);
  REQUIRE(reset.failure);
  CHECK_THAT(reset.failure->smallest.words(), Catch::EndsWith("reset after 1 cycles"));
  CHECK_FALSE(bins_not_met(reset.cross).empty());
}

TEST_CASE("a failing stream is written, read, and fails again in the same way") {
  const TemporaryFolder folder;
  const auto is_wrong = [](const rtl::UnitPlan& plan) {
    return plan.stimulus.num_inputs >= 7 && plan.stimulus.seed % 3 == 0 && plan.reset_after_cycles > 0;
  };
  const UnitReport report = verify_unit(faulty(is_wrong), 1, 3);
  REQUIRE(report.failure);
  write_failed_stream(folder.path() / "absmax-1.json", "absmax", *report.failure);
  const UnitStream stream = read_stream(folder.path() / "absmax-1.json");
  CHECK(stream.unit == "absmax");
  CHECK(stream.run.words() == report.failure->smallest.words());
  CHECK(is_wrong(stream.run.plan()));
}

TEST_CASE("an unknown unit is refused with the names of all", "[cosim]") {
  CHECK_THROWS_WITH(unit_from_string("adder"),
                    Catch::Contains("absmax") && Catch::Contains("bitunpack-8") && Catch::Contains("'adder'"));
}
