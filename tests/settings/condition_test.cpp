#include "settings/condition.h"

#include <catch2/catch.hpp>

namespace ampa::settings {
namespace {

bool holds(const Condition& condition, const Json& values) {
  return condition.holds([&](const std::string& key) { return values.contains(key) ? values.at(key) : Json(); });
}

}  // namespace

TEST_CASE("a condition is told as it is tested") {
  const Condition core = with("memory") && with("record");
  CHECK(core.words(Style::kFlag) == "with --memory and --record");
  CHECK(holds(core, {{"memory", "ideal"}, {"record", "r.json"}}));
  CHECK_FALSE(holds(core, {{"memory", ""}, {"record", "r.json"}}));
  const Condition run = with("record") && with("backend", {"tlm", "rtl"}) && without("memory");
  CHECK(run.words(Style::kFlag) == "with --record and --backend tlm or rtl, and without --memory");
  CHECK(holds(run, {{"record", "r"}, {"backend", "rtl"}}));
  CHECK_FALSE(holds(run, {{"record", "r"}, {"backend", "cpu"}}));
  CHECK_FALSE(holds(run, {{"record", "r"}, {"backend", "rtl"}, {"memory", "ideal"}}));
  CHECK(with("lr_schedule", {"step"}).words(Style::kKey) == "with lr_schedule step");
  CHECK(with("lr_schedule", {"step"}).words(Style::kFlag) == "with --lr-schedule step");
  CHECK((with("a") || without("b")).words(Style::kFlag) == "with --a, or without --b");
  CHECK(holds(with("a") || without("b"), {{"b", false}}));
  CHECK_FALSE(holds(with("a") || without("b"), {{"b", true}}));
}

TEST_CASE("no condition always holds and changes no other") {
  CHECK(holds({}, {}));
  CHECK((Condition() && with("a")).words(Style::kKey) == "with a");
  CHECK((Condition() || with("a")).always());
}

}  // namespace ampa::settings
