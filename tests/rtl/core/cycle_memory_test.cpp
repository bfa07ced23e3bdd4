#include "rtl/core/cycle_memory.h"

#include <catch2/catch.hpp>
#include <random>

using namespace ampa;
using namespace ampa::rtl;

namespace {

timing::MemorySettings random_settings(std::mt19937_64& random, std::int64_t port_bytes) {
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  timing::MemorySettings settings;
  settings.latency_cycles = draw(1, 30);
  settings.bytes = draw(1, 3 * port_bytes);
  settings.per_cycles = draw(1, 5);
  settings.gap_cycles = draw(0, 1) * draw(1, 9);
  if (settings.has_gaps()) settings.gap_period_cycles = settings.gap_cycles + draw(1, 40);
  return settings;
}

}  // namespace

// In every cycle: a beat moves in those that the closed form names and in no other.
TEST_CASE("the memory of cycles moves beats exactly in the cycles of BurstTimer") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::int64_t port_bytes = std::int64_t{8} << (random() % 5);
    const timing::MemorySettings settings = random_settings(random, port_bytes);
    INFO("round " << round << ", port " << port_bytes << ", " << timing::to_string(settings));
    CycleMemory memory(settings, port_bytes, {});
    const timing::BurstTimer timer(settings, port_bytes);
    std::int64_t cycle = 0;
    for (int burst = 0; burst < 4; ++burst) {
      for (auto idle = random() % 9; idle > 0; --idle, ++cycle) REQUIRE_FALSE(memory.moves_beat());
      const std::int64_t beats = 1 + static_cast<std::int64_t>(random() % 12), taken = cycle;
      REQUIRE(memory.is_ready());
      memory.take({false, 1, 0, beats});
      for (std::int64_t beat = 0; beat < beats; ++cycle) {
        const bool moves = memory.moves_beat();
        REQUIRE(moves == (cycle == timer.beat_cycle(taken, beat)));
        if (!moves) continue;
        REQUIRE(memory.beat() == beat);
        ++beat;
      }
      REQUIRE(memory.is_ready());
    }
  }
}

TEST_CASE("latency, bandwidth and gaps by example") {
  const auto cycles = [](const char* memory, std::int64_t taken) {
    const timing::BurstTimer timer(timing::memory_from_string(memory), 16);
    std::vector<std::int64_t> list;
    for (std::int64_t beat = 0; beat < 5; ++beat) list.push_back(timer.beat_cycle(taken, beat));
    return list;
  };
  using List = std::vector<std::int64_t>;
  CHECK(cycles("ideal", 5) == List{6, 7, 8, 9, 10});
  CHECK(cycles("latency=20,bytes_per_cycle=16", 5) == List{25, 26, 27, 28, 29});
  CHECK(cycles("latency=3,bytes_per_cycle=64", 0) == List{3, 4, 5, 6, 7});  // never two beats in a cycle
  CHECK(cycles("latency=3,bytes_per_cycle=8", 0) == List{3, 5, 7, 9, 11});
  CHECK(cycles("latency=3,bytes_per_cycle=32/3", 0) == List{3, 5, 6, 8, 9});
  CHECK(cycles("latency=1,bytes_per_cycle=16,gap_period=10,gap=4", 6) == List{7, 8, 9, 14, 15});
  CHECK(cycles("latency=3,bytes_per_cycle=16,gap_period=10,gap=4", 1) ==
        List{7, 8, 9, 14, 15});  // waits out a gap first
}
