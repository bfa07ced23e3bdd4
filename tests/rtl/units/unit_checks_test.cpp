#include "rtl/units/unit_checks.h"

#include <catch2/catch.hpp>

namespace ampa::rtl {
namespace {

// Offering and taking sides that are free, mostly stalled, and stalled in turns.
struct Traffic {
  const char* name;
  int offer_percent, take_percent;
};
constexpr Traffic kTraffics[] = {{"free", 100, 100},     {"slow source", 30, 100}, {"slow sink", 100, 30},
                                 {"both stall", 60, 60}, {"rare source", 5, 95},   {"rare sink", 95, 5}};

Handshakes handshakes(const Traffic& traffic, std::uint64_t seed) {
  return {traffic.offer_percent == 100 ? CyclePattern{} : random_pattern(seed, traffic.offer_percent),
          traffic.take_percent == 100 ? CyclePattern{} : random_pattern(seed + 1000, traffic.take_percent)};
}

}  // namespace

TEST_CASE("every unit equals its twin under every back-pressure") {
  for (const UnitCheck& check : unit_checks())
    for (const Traffic& traffic : kTraffics)
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        INFO(check.name << ", " << traffic.name << ", seed " << seed);
        const UnitVerdict verdict = check.run({{seed, 1500, seed % 2 == 0}, handshakes(traffic, seed), 0});
        CHECK(verdict.mismatch == "");
        CHECK(verdict.num_outputs > 0);
      }
}

TEST_CASE("a reset in the middle leaves nothing behind") {
  for (const UnitCheck& check : unit_checks())
    for (const Traffic& traffic : kTraffics)
      for (std::int64_t cycles = 1; cycles < 60; cycles += traffic.offer_percent == 100 ? 1 : 7) {
        INFO(check.name << ", " << traffic.name << ", reset after " << cycles << " cycles");
        const auto seed = static_cast<std::uint64_t>(cycles);
        const UnitVerdict verdict = check.run({{seed, 40, true}, handshakes(traffic, seed), cycles});
        CHECK(verdict.mismatch == "");
      }
}

TEST_CASE("patterns that take turns: every second and every third cycle") {
  const CyclePattern second = [](std::int64_t cycle) { return cycle % 2 == 0; };
  const CyclePattern third = [](std::int64_t cycle) { return cycle % 3 == 2; };
  for (const UnitCheck& check : unit_checks())
    for (const Handshakes& sides : {Handshakes{second, {}}, Handshakes{{}, second}, Handshakes{second, second},
                                    Handshakes{third, second}, Handshakes{second, third}, Handshakes{{}, third}}) {
      INFO(check.name);
      CHECK(check.run({{9, 600, true}, sides, 0}).mismatch == "");
    }
}

}  // namespace ampa::rtl
