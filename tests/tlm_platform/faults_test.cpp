// A memory that does wrong, a descriptor that is none: a named error, and the next job runs as if nothing had been.
#include <catch2/catch.hpp>
#include <functional>

#include "../core/check_results.h"
#include "common/error.h"
#include "core/random_core_job.h"
#include "gemm/reference_backend.h"
#include "tlm_platform/core_platform.h"

using namespace ampa;
using namespace ampa::systemc;
using Catch::Matchers::Contains;

namespace {

constexpr std::int64_t kWatchdog = 500;

const platform::CoreConfig kCore = platform::core_from_string("fused-4x4:a=2K,b=2K,sums=256,port=8");

// One whose results leave as sums, or as codes rounded at random: with random bits under way when the fault comes.
std::unique_ptr<RandomCoreJob> draw_job(bool as_codes) {
  for (std::int64_t index = 1;; ++index) {
    std::unique_ptr<RandomCoreJob> drawn = random_core_job(kCore, 3, index);
    if (as_codes ? drawn->codes && drawn->codes->random : !drawn->codes) return drawn;
  }
}

struct Bench {
  platform::CoreConfig config = kCore;
  std::unique_ptr<RandomCoreJob> drawn;
  std::unique_ptr<CoreModel> core;
  platform::MemorySettings memory = platform::memory_from_string("latency=9,bytes_per_cycle=3");

  platform::CoreRun run(const RunOptions& options, std::uint8_t spoil_magic = 0) {
    JobImage image = make_image(*drawn);
    image.bytes[image.descriptor] ^= spoil_magic;
    const platform::CoreRun run = core->run(image, memory, options);
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
    const platform::CoreRun right = run({});
    const std::vector<BurstRecord> list = bursts();
    REQUIRE(list.size() >= 4);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (reads_only && list[i].is_write) continue;
      INFO("burst " << i);
      RunOptions options;
      options.faults.*fault = static_cast<std::int64_t>(i);
      options.watchdog_cycles = kWatchdog;
      CHECK_THROWS_WITH(run(options), Contains(platform::name_of(config)) && Contains(message));
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
    bench.check_each_burst(&MemoryFaults::late_burst, "no progress of the memory within the watchdog's bound", false);
  });
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

TEST_CASE("an address that the memory does not hold is answered with an error") {
  for_each_core([](Bench& bench) {
    JobImage image = make_image(*bench.drawn);
    image.descriptor = image.bytes.size() + (std::size_t{1} << 20);
    CHECK_THROWS_WITH(bench.core->run(image, bench.memory, {}), Contains("the memory answers with an error"));
  });
}
