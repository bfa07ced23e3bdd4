// A memory that does wrong, a descriptor that is none: a named error, and the next job runs as if nothing had been.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>

#include "../../rtl/core/check_results.h"
#include "common/error.h"
#include "directed_jobs.h"
#include "gemm/reference_backend.h"
#include "rtl/core/random_core_job.h"
#include "timing/blocking.h"
#include "timing/descriptor_words.h"
#include "tlm/core/core_platform.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kWatchdog = 500;

const timing::CoreConfig kCore = timing::core_from_string("fused-4x4:a=2K,b=2K,sums=256,port=8");

// One whose results leave as sums, or as codes rounded at random: with random bits under way when the fault comes.
std::unique_ptr<RandomCoreJob> draw_job(bool as_codes) {
  for (std::int64_t index = 1;; ++index) {
    std::unique_ptr<RandomCoreJob> drawn = random_core_job(kCore, 3, index);
    if (as_codes ? drawn->codes && drawn->codes->random : !drawn->codes) return drawn;
  }
}

struct Bench {
  timing::CoreConfig config = kCore;
  std::unique_ptr<RandomCoreJob> drawn;
  std::unique_ptr<CoreModel> core;
  timing::MemorySettings memory = timing::memory_from_string("latency=9,bytes_per_cycle=3");

  timing::CoreRun run(const RunOptions& options, std::uint8_t spoil_magic = 0) {
    JobImage image = make_image(*drawn);
    image.bytes[image.descriptor] ^= spoil_magic;
    const timing::CoreRun run = core->run(image, memory, options);
    gemm::Accumulators sums;
    gemm::ReferenceBackend().run(drawn->job, sums);
    check_results(image, drawn->codes, sums);
    return run;
  }
  std::vector<BurstRecord> bursts() {
    std::vector<BurstRecord> list;
    RunOptions options;
    options.bursts = &list;
    run(options);
    return list;
  }
  // Every burst in turn; then the job again, without a fault.
  void check_each_burst(std::int64_t MemoryFaults::*fault, const std::string& message, bool reads_only) {
    const timing::CoreRun right = run({});
    const std::vector<BurstRecord> list = bursts();
    REQUIRE(list.size() >= 4);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (reads_only && list[i].is_write) continue;
      INFO("burst " << i);
      RunOptions options;
      options.faults.*fault = static_cast<std::int64_t>(i);
      options.watchdog_cycles = kWatchdog;
      CHECK_THROWS_WITH(run(options), Contains(timing::name_of(config)) && Contains(message));
      CHECK_THROWS_AS(run(options), RunError);
    }
    CHECK(run({}) == right);
  }
};

void for_each_core(const std::function<void(Bench&)>& work) {
  for (const bool as_codes : {false, true})
    for (const auto make : {make_tlm_core, make_rtl_core, make_verilated_core}) {
      Bench bench{kCore, draw_job(as_codes), make(kCore)};
      work(bench);
    }
}

}  // namespace

TEST_CASE("an error response ends the job, whichever burst it is of") {
  for_each_core([](Bench& bench) {
    bench.check_each_burst(&MemoryFaults::error_burst, "the memory answers with an error", false);
  });
}

TEST_CASE("a burst answered out of order ends the job") {
  for_each_core([](Bench& bench) {
    bench.check_each_burst(&MemoryFaults::tag_burst, "a beat of another burst comes (out of order)", true);
  });
}

TEST_CASE("a burst that is never answered ends the job by the watchdog") {
  for_each_core([](Bench& bench) {
    bench.check_each_burst(&MemoryFaults::late_burst, "no progress within the watchdog's bound", false);
  });
}

TEST_CASE("after an error no burst is made: rtl and tlm end in the same cycle with the same bursts behind them") {
  for (const bool as_codes : {false, true})
    for (std::int64_t MemoryFaults::*fault : {&MemoryFaults::error_burst, &MemoryFaults::tag_burst}) {
      Bench tlm{kCore, draw_job(as_codes), make_tlm_core(kCore)}, rtl{kCore, draw_job(as_codes), make_rtl_core(kCore)};
      const std::vector<BurstRecord> all = tlm.bursts();
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (fault == &MemoryFaults::tag_burst && all[i].is_write) continue;
        INFO("burst " << i << " of " << all.size());
        const auto end_of = [&](Bench& bench, std::vector<BurstRecord>& bursts) -> std::string {
          RunOptions options;
          options.faults.*fault = static_cast<std::int64_t>(i);
          options.bursts = &bursts;
          try {
            bench.run(options);
          } catch (const RunError& error) {
            return error.what();
          }
          return "";
        };
        std::vector<BurstRecord> by_tlm, by_rtl;
        const std::string end = end_of(rtl, by_rtl);
        CHECK_THAT(end, Contains(" (cycle "));
        CHECK(end_of(tlm, by_tlm) == end);
        CHECK(by_tlm == by_rtl);
        CHECK(by_tlm == std::vector<BurstRecord>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i) + 1));
      }
    }
}

TEST_CASE("a memory that is slow but moves is no fault") {
  for_each_core([](Bench& bench) {
    RunOptions options;
    options.watchdog_cycles = 9;  // the latency; later beats take less
    CHECK(bench.run(options) == bench.run({}));
  });
}

TEST_CASE("the RTL's watchdog counts the cycles from beat to beat: not one less than the memory needs") {
  for (const auto make : {make_rtl_core, make_verilated_core}) {
    Bench bench{kCore, draw_job(false), make(kCore)};
    RunOptions options;
    options.watchdog_cycles = 8;
    CHECK_THROWS_WITH(bench.run(options), Contains("watchdog"));
  }
}

TEST_CASE("a descriptor without the magic number is refused") {
  for_each_core([](Bench& bench) {
    CHECK_THROWS_WITH(bench.run({}, 1), Contains("the descriptor has no magic number"));
    CHECK(bench.run({}).cycles.total() > 0);
  });
}

TEST_CASE("a descriptor with a count of 0 is refused before it runs without end") {
  for_each_core([](Bench& bench) {
    const timing::CoreRun right = bench.run({});
    const auto end_of = [&](std::size_t word) -> std::string {
      JobImage image = make_image(*bench.drawn);
      std::memset(image.bytes.data() + image.descriptor + 4 * word, 0, 4);
      try {
        bench.core->run(image, bench.memory, {});
      } catch (const RunError& error) {
        return error.what();
      }
      return "";
    };
    std::vector<std::size_t> words{timing::kSlabs, timing::kSlabsPerImage, timing::kMBlocks, timing::kNBlocks,
                                   timing::kNLast};
    const timing::JobPlan& plan = bench.drawn->plan;
    if (!plan.along_k) words.insert(words.end(), {timing::kSlices, timing::kLastLanes, timing::kDepth});
    const bool has_first = plan.num_slabs > 1;  // an entry that steps use
    const std::size_t entry = timing::kSlabTable + (has_first ? 0 : timing::kSlabWords);
    words.push_back(entry + timing::kSlabPositions);
    if (plan.along_k) words.insert(words.end(), {entry + timing::kSlabSlices, entry + timing::kSlabLastLanes});
    for (const std::size_t word : words) {
      INFO("word " << word);
      CHECK_THAT(end_of(word), Contains("not within the core's limits"));
    }
    CHECK(bench.run({}) == right);
  });
}

TEST_CASE(
    "a step of more than 1024 times the watchdog's cycles ends the job: in the cycle of the bound, in rtl and tlm") {
  // Slabs of 8 rows: 2 x 2 tiles of 1 + 250 + 8 + 4 cycles, and 2 more.
  const LinearJob linear(64, 8, 250, {8, false}, {8, false});
  const gemm::JobGeometry geometry = gemm::geometry_of(linear.job);
  const timing::Blockings all = timing::candidate_blockings(kCore, geometry);
  const auto slabs = std::find_if(all.slabs.begin(), all.slabs.end(),
                                  [](const timing::SlabSplit& split) { return split.of_images && split.size == 8; });
  REQUIRE(slabs != all.slabs.end());
  const timing::JobPlan plan = timing::plan_with(kCore, geometry, std::nullopt, *slabs, all.m.front(), all.n.front());
  REQUIRE(plan.slab(0).positions == 8);
  const auto end_of = [&](CoreModel& core, std::int64_t watchdog, std::vector<BurstRecord>& bursts) -> std::string {
    JobImage image = make_image(plan, linear.job);
    RunOptions options;
    options.watchdog_cycles = watchdog;
    options.bursts = &bursts;
    try {
      core.run(image, timing::memory_from_string("ideal"), options);
    } catch (const RunError& error) {
      return error.what();
    }
    return "";
  };
  for (const auto make : {make_tlm_core, make_rtl_core}) {
    const std::unique_ptr<CoreModel> core = make(kCore);
    std::vector<BurstRecord> bursts;
    CHECK(end_of(*core, 2, bursts).empty());
    const std::int64_t step = bursts.at(2).taken + bursts.at(2).beats + 1;  // after the descriptor, A and B
    bursts.clear();
    CHECK_THAT(end_of(*core, 1, bursts),
               Contains("no progress within the watchdog's bound (cycle " + std::to_string(step + 1024 + 1) + ")"));
    CHECK(end_of(*core, 0, bursts).empty());
  }
}

TEST_CASE("an address that the memory does not hold is answered with an error") {
  for_each_core([](Bench& bench) {
    JobImage image = make_image(*bench.drawn);
    image.descriptor = image.bytes.size() + (std::size_t{1} << 20);
    CHECK_THROWS_WITH(bench.core->run(image, bench.memory, {}), Contains("the memory answers with an error"));
  });
}
