#include "timing/job_plan.h"

#include <catch2/catch.hpp>
#include <optional>

#include "common/error.h"
#include "random_layer.h"
#include "timing/core_cycles.h"

namespace ampa::timing {
namespace {

using Catch::Contains;
using testing::Draw;

const char* const kPoints[] = {"int8-16x16", "fused-16x16",  "fused-ws-16x16",
                               "serial-8x8", "int8-ws-8x16", "fused-4x4"};

// None if the job does not fit.
std::optional<std::int64_t> cycles_on(const CoreConfig& config, const gemm::JobGeometry& job,
                                      const MemorySettings& memory, const std::optional<CodeResults>& codes) {
  try {
    return core_cycles(plan_job(config, job, memory, codes), memory).cycles.total();
  } catch (const InputError&) {
    return std::nullopt;
  }
}

gemm::JobGeometry gemm_job(std::int64_t m, std::int64_t n, std::int64_t k) {
  gemm::ConvShape conv;
  conv.images = m;
  conv.out_channels = n;
  conv.in_channels = k;
  return gemm::conv_geometry(conv, gemm::Pass::kForward, {});
}

std::int64_t total(const std::string& core, const gemm::JobGeometry& job, const std::string& memory) {
  const MemorySettings settings = memory_from_string(memory);
  return core_cycles(plan_job(core_from_string(core), job, settings), settings).cycles.total();
}

}  // namespace

TEST_CASE("more scratchpad is never slower") {
  Draw draw(3);
  int fitting = 0, faster = 0;
  for (int i = 0; i < 2000; ++i) {
    const testing::Layer layer = testing::random_layer(draw, 2048);
    const MemorySettings memory = testing::random_memory(draw);
    const std::optional<CodeResults> codes = testing::random_codes(draw, layer.job);
    CoreConfig config = core_from_string(kPoints[draw.uniform(0, 5)]);
    config.port_bytes = 8 << draw.uniform(0, 3);
    config.a_bytes = config.port_bytes * draw.spread(8, 512);
    config.b_bytes = config.port_bytes * draw.spread(8, 512);
    config.sums = config.point.rows * config.point.cols * draw.uniform(1, 12);
    std::optional<std::int64_t> before;
    for (int size = 0; size < 4; ++size) {
      INFO("layer " << i << ": " << layer.name << " on " << name_of(config) << ", memory " << to_string(memory));
      const std::optional<std::int64_t> cycles = cycles_on(config, layer.job, memory, codes);
      if (before) {
        REQUIRE(cycles);
        CHECK(*cycles <= *before);
        ++fitting;
        faster += *cycles < *before ? 1 : 0;
      }
      before = cycles;
      // One of the three grows, or all of them.
      const std::int64_t which = draw.uniform(0, 3);
      if (which % 3 == 0)
        config.a_bytes = config.a_bytes * draw.uniform(5, 16) / 4 / config.port_bytes * config.port_bytes;
      if (which == 1 || which == 3) config.b_bytes *= draw.uniform(2, 4);
      if (which >= 2) config.sums = config.sums * draw.uniform(5, 16) / 4;
    }
  }
  CHECK(fitting > 4000);
  CHECK(faster > 1000);
}

TEST_CASE("a plan is the best of all candidates that fit") {
  Draw draw(8);
  int planned = 0;
  for (int i = 0; i < 150; ++i) {
    const testing::Layer layer = testing::random_layer(draw, 96);
    const MemorySettings memory = testing::random_memory(draw);
    const std::optional<CodeResults> codes = testing::random_codes(draw, layer.job);
    CoreConfig config = core_from_string(kPoints[draw.uniform(0, 5)]);
    config.a_bytes = 16 * draw.spread(8, 512);
    config.b_bytes = 16 * draw.spread(8, 512);
    INFO("layer " << i << ": " << layer.name << " on " << name_of(config) << ", memory " << to_string(memory));
    std::optional<std::int64_t> least;
    const Blockings all = candidate_blockings(config, layer.job);
    for (const SlabSplit& slabs : all.slabs)
      for (const Blocks& m : all.m)
        for (const Blocks& n : all.n) {
          CHECK(fits(config, layer.job, slabs, m, n) == misfit(config, layer.job, slabs, m, n).empty());
          if (!fits(config, layer.job, slabs, m, n)) continue;
          const JobPlan plan = plan_with(config, layer.job, codes, slabs, m, n);
          const CycleCounts cycles = core_cycles_by_steps(plan, memory).cycles;
          const BlockingCosts costs(config, layer.job, plan.codes, memory, plan.result_bits());
          CHECK(costs.least_cycles(slabs, costs.of(slabs), m, n) <= cycles.total());
          CHECK(costs.step_cycles(slabs, costs.of(slabs), m, n) ==
                cycles.compute + cycles.fill_drain - setup_cycles(config) - 1);
          if (!least || cycles.total() < *least) least = cycles.total();
        }
    CHECK(cycles_on(config, layer.job, memory, codes) == least);
    planned += least ? 1 : 0;
  }
  CHECK(planned > 75);
}

TEST_CASE("a large job is not slower with large scratchpads") {
  const gemm::JobGeometry job = gemm_job(10000, 10000, 64);
  const char* const memory = "latency=20,bytes_per_cycle=16";
  const std::int64_t small = total("int8-16x16:a=4K,b=16K,sums=16K,port=16", job, memory);
  CHECK(small <= 51500000);
  CHECK(total("int8-16x16", job, memory) <= 51500000);
  CHECK(total("int8-16x16:a=1024K,b=1024K,sums=16K,port=16", job, memory) <= small);
}

TEST_CASE("plans are the same each time, whatever was planned before") {
  Draw draw(11);
  for (int i = 0; i < 20; ++i) {
    const testing::Layer layer = testing::random_layer(draw, 256);
    const CoreConfig config = core_from_string("fused-16x16:a=64K,b=256K,sums=16K,port=16");
    const JobPlan x = plan_job(config, layer.job, {}), y = plan_job(config, layer.job, {});
    CHECK(x.num_slabs == y.num_slabs);
    CHECK(x.images_per_slab == y.images_per_slab);
    CHECK(x.n_block == y.n_block);
    CHECK(x.m_block == y.m_block);
  }
}

TEST_CASE("a batch and a grid dilated in one direction are refused with the reason") {
  const CoreConfig core = core_from_string("int8-16x16");
  gemm::ConvShape groups{2, 8, 8, 6, 8, 8, 9, 3, 3, 1, 1};
  groups.groups = 3;
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
    CHECK_THROWS_WITH(plan_job(core, gemm::conv_geometry(groups, pass, {}), {}),
                      Contains("core int8-16x16") &&
                          Contains("expected a job of one GEMM, found a batch of 3 (the groups of a convolution,"));
  const gemm::ConvShape unequal{2, 8, 8, 6, 4, 8, 9, 3, 3, {2, 1}, 1};
  CHECK_NOTHROW(plan_job(core, gemm::conv_geometry(unequal, gemm::Pass::kForward, {}), {}));
  CHECK_THROWS_WITH(plan_job(core, gemm::conv_geometry(unequal, gemm::Pass::kDataGradient, {}), {}),
                    Contains("operand a: expected one dilation of the grid for rows and columns, found 2 and 1"));
}

TEST_CASE("a job that does not fit is refused with every limit that it meets") {
  const auto refused = [](const std::string& core, const gemm::ConvShape& conv, gemm::Pass pass) {
    return [=] { plan_job(core_from_string(core), gemm::conv_geometry(conv, pass, {}), {}); };
  };
  const gemm::ConvShape image{1, 600, 600, 4, 598, 598, 16, 3, 3, 1, 0};
  CHECK_THROWS_WITH(refused("int8-16x16", image, gemm::Pass::kForward)(),
                    Contains("does not fit: a: expected at least") &&
                        Contains("10 row(s) of 598 positions (the table has 64 slabs for the 598 rows of an image)") &&
                        Contains("found 16384; sums: expected at least 95680") && Contains("found 4096"));
  CHECK_THROWS_WITH(refused("int8-16x16:a=64K,b=64K,sums=64K", image, gemm::Pass::kForward)(),
                    Contains("sums: expected at least 95680") && Contains("64 slabs") && !Contains("a: expected"));
  CHECK_NOTHROW(refused("int8-16x16:a=64K,b=64K,sums=96K", image, gemm::Pass::kForward)());
  const gemm::ConvShape head{2048, 1, 1, 12288, 1, 1, 50257, 1, 1, 1, 0};
  CHECK_THROWS_WITH(refused("int8-16x16", head, gemm::Pass::kForward)(),
                    Contains("2048 x 50257 x 12288 does not fit: b: expected at least 196624 bytes for 16 row(s) of "
                             "12288 codes, found 16384") &&
                        !Contains("sums:"));
}

}  // namespace ampa::timing
