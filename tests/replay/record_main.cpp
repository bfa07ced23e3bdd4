// Runs the benches of the units on recorded models: AMPA_RECORD_FOLDER=somewhere ampa_record
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "common/error.h"
#include "units/unit_checks.h"

namespace {

struct Traffic {
  int offer_percent, take_percent;
};
constexpr Traffic kTraffics[] = {{100, 100}, {30, 100}, {100, 30}, {60, 60}};

void record_unit(const ampa::units::UnitCheck& check) {
  for (const Traffic& traffic : kTraffics)
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const ampa::units::Handshakes sides = {ampa::units::random_pattern(seed, traffic.offer_percent),
                                             ampa::units::random_pattern(seed + 1000, traffic.take_percent)};
      const std::int64_t reset_after_cycles = seed % 2 == 0 ? 10 * static_cast<std::int64_t>(seed) + 7 : 0;
      const auto verdict = check.run({{seed, 400, seed > 2}, sides, reset_after_cycles});
      if (!verdict.mismatch.empty()) throw ampa::MismatchError(check.name + ": " + verdict.mismatch);
    }
}

}  // namespace

int main() {
  try {
    for (const auto& check : ampa::units::unit_checks()) record_unit(check);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "record: %s\n", error.what());
    return 1;
  }
  return 0;
}
