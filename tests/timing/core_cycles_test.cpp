#include "timing/core_cycles.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "random_layer.h"

namespace ampa::timing {
namespace {

using testing::Draw;

gemm::JobGeometry gemm_job(std::int64_t m, std::int64_t n, std::int64_t k) {
  gemm::ConvShape conv;
  conv.images = m;
  conv.out_channels = n;
  conv.in_channels = k;
  return gemm::conv_geometry(conv, gemm::Pass::kForward, {});
}

}  // namespace

TEST_CASE("steps that repeat are counted as if each were gone through") {
  Draw draw(5);
  int compared = 0;
  for (int i = 0; i < 1500; ++i) {
    const testing::Layer layer = testing::random_layer(draw, 512);
    const MemorySettings memory = testing::random_memory(draw);
    const std::optional<CodeResults> codes = testing::random_codes(draw, layer.job);
    const char* const points[] = {"int8-16x16", "fused-ws-4x4", "serial-8x8", "fused-4x4"};
    CoreConfig config = core_from_string(points[draw.uniform(0, 3)]);
    config.port_bytes = 8 << draw.uniform(0, 4);
    // Any candidate, good or bad, small ones above all.
    const Blockings all = candidate_blockings(config, layer.job);
    const auto pick = [&](const auto& list) { return list[list.size() - 1 - draw.uniform(0, list.size() - 1) / 2]; };
    const JobPlan plan = plan_with(config, layer.job, codes, pick(all.slabs), pick(all.m), pick(all.n));
    if (plan.num_slabs * plan.num_m_blocks * plan.num_n_blocks > 30000) continue;
    INFO("layer " << i << ": " << layer.name << " on " << name_of(config) << ", memory " << to_string(memory));
    CHECK(core_cycles(plan, memory) == core_cycles_by_steps(plan, memory));
    ++compared;
  }
  CHECK(compared > 1000);
}

TEST_CASE("time does not grow with steps that repeat") {
  // 2^27 slabs of sixteen rows: step by step this would take a minute.
  const CoreConfig config = core_from_string("int8-16x16");
  const gemm::JobGeometry job = gemm_job(std::int64_t{1} << 31, 16, 8);
  const MemorySettings memory = memory_from_string("latency=3,bytes_per_cycle=3");
  const JobPlan plan = plan_job(config, job, memory);
  const CoreRun run = core_cycles(plan, memory);
  CHECK(run.bytes_written == (std::int64_t{1} << 31) * 16 * 4);
  CHECK(run.cycles.total() >= run.bytes_written / 3);
}

TEST_CASE("cycles beyond 63 bits are refused, those below are what wide arithmetic gives") {
  const CoreConfig config = core_from_string("int8-16x16");
  const auto cycles = [&](const gemm::JobGeometry& job, const char* memory) {
    const MemorySettings settings = memory_from_string(memory);
    return core_cycles(plan_job(config, job, settings), settings).cycles;
  };
  const auto refused = Catch::Matchers::Contains("cycles: expected at most 9223372036854775807 (63 bits), found more");
  CHECK_THROWS_WITH(cycles(gemm_job(2147483648, 2048, 1), "bytes_per_cycle=1/1000000"), refused);
  CHECK_THROWS_WITH(cycles(gemm_job(100000, 4096, 4), "gap_period=1000000,gap=999999,bytes_per_cycle=1/1000000"),
                    refused);
  CHECK_THROWS_AS(cycles(gemm_job(2147483648, 2048, 1), "bytes_per_cycle=1/1000000"), InputError);
}

TEST_CASE("under random extreme memories a beat moves in the cycle of wide arithmetic, or is refused") {
  Draw draw(9);
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    MemorySettings memory;
    memory.latency_cycles = draw.spread(1, 1000000);
    memory.bytes = draw.spread(1, 1000000);
    memory.per_cycles = draw.spread(1, 1000000);
    if (draw.chance(50)) {
      memory.gap_period_cycles = draw.uniform(2, 1000000);
      memory.gap_cycles =
          draw.chance(50) ? memory.gap_period_cycles - 1 : draw.uniform(1, memory.gap_period_cycles - 1);
    }
    const std::int64_t port = 8 << draw.uniform(0, 4);
    const std::int64_t taken = draw.spread(1, std::int64_t{1} << 61), beat = draw.spread(1, std::int64_t{1} << 40);
    __extension__ using Wide = __int128;
    const Wide cost = Wide{port} * memory.per_cycles, bandwidth = cost < memory.bytes ? cost : Wide{memory.bytes};
    const Wide wait = memory.latency_cycles + (beat * cost + bandwidth - 1) / bandwidth;
    Wide expected = taken + wait;
    if (memory.has_gaps()) {
      const Wide period = memory.gap_period_cycles, gap = memory.gap_cycles, active = period - gap;
      const Wide rest = taken % period - gap, before = taken / period * active + (rest > 0 ? rest : 0);
      expected = (before + wait) / active * period + gap + (before + wait) % active;
    }
    const BurstTimer timer(memory, port);
    if (expected > INT64_MAX) {
      CHECK_THROWS_AS(timer.beat_cycle(taken, beat), OverflowError);
      ++refused;
    } else {
      // The wait alone may exceed 63 bits only if the cycle does.
      REQUIRE(timer.beat_cycle(taken, beat) == static_cast<std::int64_t>(expected));
    }
  }
  CHECK(refused > 300);
  CHECK(refused < 15000);
}

}  // namespace ampa::timing
