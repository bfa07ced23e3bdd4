// The rules of systemc/TIMING.md, by timelines worked out by hand: every burst and every part in exactly its cycle, no
// earlier and no later, on the RTL, on the transaction-level core and (the parts) in the analytic model.
#include <catch2/catch.hpp>
#include <functional>
#include <optional>

#include "common/error.h"
#include "directed_jobs.h"
#include "tlm/core/core_platform.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;

namespace {

constexpr CodeFormat kByte{8, false};

// A 4 x 4 array that does one 8-bit product a cycle, behind a port of 8 bytes. Its setup takes 16 cycles, the
// descriptor of a job with a table of two slabs has 96 beats.
const char* const kCore = "fused-4x4:a=2K,b=2K,sums=256,port=8";

struct Seen {
  timing::CoreRun run;
  std::vector<std::int64_t> reads, writes;  // the cycles in which requests are taken
};

// The job in slabs of one image each and one block of columns, whatever the planner would choose.
timing::JobPlan in_single_images(const timing::CoreConfig& config, const gemm::JobGeometry& job,
                                 const std::optional<timing::CodeResults>& codes) {
  const timing::Blockings all = timing::candidate_blockings(config, job);
  for (const timing::SlabSplit& slabs : all.slabs)
    if (slabs.of_images && slabs.size == 1)
      return timing::plan_with(config, job, codes, slabs, all.m.front(), all.n.front());
  throw RunError("no slabs of one image each");
}

void on_each_core(const gemm::GemmJob& job, const char* memory_text, const std::function<void(const Seen&)>& check,
                  const std::optional<timing::Requantization>& codes = std::nullopt) {
  const timing::CoreConfig config = timing::core_from_string(kCore);
  const timing::MemorySettings memory = timing::memory_from_string(memory_text);
  const timing::JobPlan plan = in_single_images(config, gemm::geometry_of(job), timing::form_of(codes));
  for (const auto make : {make_tlm_core, make_rtl_core}) {
    INFO((make == make_tlm_core ? "tlm" : "rtl"));
    Seen seen;
    std::vector<BurstRecord> bursts;
    RunOptions options;
    options.bursts = &bursts;
    JobImage image = make_image(plan, job, codes);
    seen.run = make(config)->run(image, memory, options);
    for (const BurstRecord& burst : bursts) (burst.is_write ? seen.writes : seen.reads).push_back(burst.taken);
    check(seen);
    CHECK(seen.run == timing::core_cycles(plan, memory));
  }
}

using List = std::vector<std::int64_t>;

}  // namespace

// Eight steps of 1 x 4 sums, depth 16: tiles of 1 + 16 + 5 + 1 = 23 cycles, steps of 25.
TEST_CASE("fetch, setup, double buffering, loads before stores, end") {
  const LinearJob linear(8, 4, 16, kByte, kByte);
  on_each_core(linear.job, "ideal", [](const Seen& seen) {
    // Fetch: request in cycle 1, beats in 2 .. 97. Setup: 98 .. 113. Then slab 0 of A (beats in 115, 116), then B (118
    // .. 125). The first step takes cycles 126 .. 150; slab 1 is asked for in its first cycle, since a half is free;
    // slab 2 in the cycle after its last, which frees a half; and so on, every 25 cycles.
    CHECK(seen.reads == List{1, 114, 117, 126, 151, 176, 201, 226, 251, 276});
    // The block of sums is there in cycle 151 too, but the load goes first and its beats are over after 153. The last
    // two blocks meet no load.
    CHECK(seen.writes == List{154, 179, 204, 229, 254, 279, 301, 326});
    // The last beats are written in 327 and 328; the store engine is done in 329, the core in 330.
    CHECK(seen.run.cycles == gemm::JobCycles{8 * 16, 1 + 16 + 8 * 9, 97 + 12, 4});
    CHECK(seen.run.cycles.total() == 330);
    CHECK(seen.run.bytes_read == 8 * (96 + 8 * 2 + 8));
    CHECK(seen.run.bytes_written == 8 * 8 * 2);
  });
}

TEST_CASE("a latency is waited for by every burst, and a free memory takes who asks first") {
  const LinearJob linear(8, 4, 16, kByte, kByte);
  on_each_core(linear.job, "latency=200,bytes_per_cycle=8", [](const Seen& seen) {
    REQUIRE(seen.reads.size() == 10);
    // Fetch: beats in 201 .. 296, setup 297 .. 312. Slab 0 in 513 and 514, B in 715 .. 722, slab 1 in 923 and 924. In
    // 925 the load engine passes the B that it has already and asks for nothing: the store, which waits since 748, is
    // taken. In 926 slab 2 is asked for and waits; in 1127 the next block waits too, and the load goes first.
    CHECK(List(seen.reads.begin(), seen.reads.begin() + 6) == List{1, 313, 515, 723, 1127, 1531});
    CHECK(List(seen.writes.begin(), seen.writes.begin() + 2) == List{925, 1329});
  });
}

// Four steps of 1 x 16 sums, depth 1: four tiles of 8 cycles, steps of 34; blocks of 8 beats that take 8 cycles each.
TEST_CASE("a step waits for a half of the output scratchpad: write stalls") {
  const LinearJob linear(4, 16, 1, kByte, kByte);
  on_each_core(linear.job, "latency=1,bytes_per_cycle=1", [](const Seen& seen) {
    // Fetch: beats in 2 .. 762, setup to 778. Slab 0 in 780, B in 782 and 790: step 0 takes 791 .. 824, step 1 825 ..
    // 858. Block 0 is written from 827 to 884: step 2 begins in 885 and not in 859, step 3 in 945 and not in 919.
    CHECK(seen.reads == List{1, 779, 781, 791, 825, 885});
    CHECK(seen.writes == List{827, 887, 945, 1003});
    CHECK(seen.run.cycles == gemm::JobCycles{4 * 4, 1 + 16 + 4 * 30, 762 + 12, 26 + 26 + 83});
    CHECK(seen.run.cycles.total() == 1062);
  });
}

// As the job at the top of this file; its blocks of 4 sums become 4 codes, two groups of two for the port's two words.
TEST_CASE("a block of codes is there 13 cycles and one for each group after the block of sums, two more for Philox") {
  const LinearJob linear(8, 4, 16, kByte, kByte);
  timing::Requantization codes;
  codes.params = numerics::symmetric_params(1000, 8);
  const auto check_writes_from = [&](std::int64_t first) {
    on_each_core(
        linear.job, "ideal",
        [&](const Seen& seen) {
          CHECK(seen.reads == List{1, 114, 117, 126, 151, 176, 201, 226, 251, 276});
          List writes;
          for (std::int64_t block = 0; block < 8; ++block) writes.push_back(first + 25 * block);
          CHECK(seen.writes == writes);
          // The last sums are there in 326. One beat, the store engine and the core take a cycle each.
          CHECK(seen.run.cycles == gemm::JobCycles{8 * 16, 1 + 16 + 8 * 9, 97 + 12, writes.back() + 3 - 326});
          CHECK(seen.run.bytes_written == 8 * 8);
        },
        codes);
  };
  check_writes_from(151 + 13 + 2);
  codes.random = numerics::RandomStream{1, 2, 3};
  check_writes_from(151 + 13 + 2 + 2);
}

// The job of the write stalls above, whose blocks of sums have 8 beats: as codes they have two.
TEST_CASE("a block of sums makes room as soon as it is codes") {
  const LinearJob linear(4, 16, 1, kByte, kByte);
  timing::Requantization codes;
  codes.params = numerics::symmetric_params(1000, 8);
  on_each_core(
      linear.job, "latency=1,bytes_per_cycle=1",
      [](const Seen& seen) {
        // Step 0 takes 791 .. 824, each step 34 cycles. 16 sums take 13 + 8 cycles: block 0 is codes in 846, before
        // step 2 begins in 859, and is written from 846 to 855.
        CHECK(seen.reads == List{1, 779, 781, 791, 825, 859});
        CHECK(seen.writes == List{846, 880, 914, 948});
        CHECK(seen.run.cycles == gemm::JobCycles{4 * 4, 1 + 16 + 4 * 30, 762 + 12, 32});
        CHECK(seen.run.bytes_written == 4 * 16);
      },
      codes);
}

TEST_CASE("a gap holds beats back, counted from the start of the job") {
  const LinearJob linear(8, 4, 16, kByte, kByte);
  const auto with_gap = [&](const char* memory, std::int64_t first_load) {
    on_each_core(linear.job, memory, [&](const Seen& seen) { CHECK(seen.reads.at(1) == first_load); });
  };
  // The descriptor's beats want cycles 2 .. 97. A gap in 0 and 1 holds nothing back: what is asked for in 1 begins to
  // wait in 2 and its beats are 3 .. 98; one in 0, 1 and 2 as much more.
  with_gap("latency=1,bytes_per_cycle=8,gap_period=100000,gap=1", 114);
  with_gap("latency=1,bytes_per_cycle=8,gap_period=100000,gap=2", 115);
  with_gap("latency=1,bytes_per_cycle=8,gap_period=100000,gap=3", 116);
}
