// When a core may be started, and what its registers refuse.
#include <malloc.h>

#include "../../rtl/core/check_results.h"
#include "core_bench.h"
#include "gemm/reference_backend.h"
#include "rtl/core/random_core_job.h"
#include "tlm/core/burst_tag.h"
#include "tlm/core/job_checks.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;
using namespace ampa::tlm::core_registers;

namespace {

const timing::CoreConfig kCore = timing::core_from_string("fused-4x4:a=2K,b=2K,sums=256,port=8");

template <class Bench>
void check_job(Bench& bench, const RandomCoreJob& drawn, bool starts = true) {
  JobImage image = make_image(drawn);
  if (starts) {
    bench.place(image, drawn.memory, {});
    REQUIRE(bench.probe.write(kControl, 1));
    sc_core::sc_start();
  }
  REQUIRE(bench.probe.read(kStatus) == kDone);
  CHECK(bench.probe.read(kError) == 0);
  const timing::CoreRun model = timing::core_cycles(drawn.plan, drawn.memory);
  CHECK(bench.probe.read(kComputeCycles) == static_cast<std::uint64_t>(model.cycles.compute));
  CHECK(bench.probe.read(kFillDrainCycles) == static_cast<std::uint64_t>(model.cycles.fill_drain));
  CHECK(bench.probe.read(kOperandStallCycles) == static_cast<std::uint64_t>(model.cycles.operand_stall));
  CHECK(bench.probe.read(kWriteStallCycles) == static_cast<std::uint64_t>(model.cycles.write_stall));
  bench.probe.move(::tlm::TLM_READ_COMMAND, image.bytes);
  gemm::Accumulators sums;
  gemm::ReferenceBackend().run(drawn.job, sums);
  check_results(image, drawn.codes, sums);
}

// Runs `work` on a bench in a simulation of its own.
template <class Bench, class Work>
void on_bench(const Work& work) {
  Simulation simulation;
  simulation.run([&] {
    Bench bench(kCore);
    work(bench);
  });
}

template <class Bench>
void check_early_start() {
  const auto drawn = random_core_job(kCore, 5, 2);
  on_bench<Bench>([&](Bench& bench) {
    JobImage image = make_image(*drawn);
    bool is_started = false;
    bench.probe.at_first = [&] {
      bench.place(image, drawn->memory, {});
      is_started = bench.probe.write(kControl, 1);
    };
    sc_core::sc_start();
    REQUIRE(is_started);
    check_job(bench, *drawn, false);
  });
}

template <class Bench>
void check_starts_after_errors() {
  const auto first = random_core_job(kCore, 5, 2), second = random_core_job(kCore, 5, 3);
  on_bench<Bench>([&](Bench& bench) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    for (std::int64_t MemoryFaults::*fault :
         {&MemoryFaults::error_burst, &MemoryFaults::tag_burst, &MemoryFaults::late_burst})
      for (std::int64_t burst = 0; burst < 3; ++burst) {
        JobImage image = make_image(*first);
        RunOptions options;
        options.faults.*fault = burst;
        options.watchdog_cycles = 500;
        bench.place(image, first->memory, options);
        REQUIRE(bench.probe.write(kControl, 1));
        CHECK_FALSE(bench.probe.write(kControl, 1));  // busy
        sc_core::sc_start();
        REQUIRE(bench.probe.read(kStatus) == kDone);
        CHECK(bench.probe.read(kError) != 0);
        check_job(bench, *second);
      }
  });
}

}  // namespace

TEST_CASE("a start before the core's processes wait is not lost") {
  check_early_start<TlmBench>();
  check_early_start<RtlBench>();
}

TEST_CASE("a start after an error runs as one after a reset") {
  check_starts_after_errors<TlmBench>();
  check_starts_after_errors<RtlBench>();
}

TEST_CASE("a descriptor longer than any is refused by the register, before memory is taken for it") {
  const auto check = [](auto& bench) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    const auto most = static_cast<std::uint64_t>(most_descriptor_beats(kCore.port_bytes));
    CHECK(most * 8 == (160 + 16 * 64 + 2048) * 4);
    CHECK(bench.probe.write(kDescriptorBeats, most));
    for (const std::uint64_t beats : {most + 1, std::uint64_t{1} << 30, std::uint64_t{UINT32_MAX}, ~std::uint64_t{0}})
      CHECK_FALSE(bench.probe.write(kDescriptorBeats, beats));
    CHECK(bench.probe.read(kDescriptorBeats) == most);
    CHECK_FALSE(bench.probe.write(kWatchdog, std::uint64_t{1} << 32));
    CHECK(bench.probe.write(kDescriptorBeats, 0));
    CHECK_FALSE(bench.probe.write(kControl, 1));
  };
  on_bench<TlmBench>(check);
  on_bench<RtlBench>(check);
}

TEST_CASE("a copy of a payload has a tag of its own and frees it") {
  BurstTag tag;
  tag.asked = 7;
  tag.answered = 8;
  ::tlm::tlm_generic_payload payload;
  payload.set_extension(&tag);
  {
    ::tlm::tlm_generic_payload copy;
    copy.deep_copy_from(payload);
    BurstTag* of_copy = copy.get_extension<BurstTag>();
    REQUIRE(of_copy != nullptr);
    REQUIRE(of_copy != &tag);
    CHECK(of_copy->asked == 7);
    of_copy->answered = 9;
    payload.update_extensions_from(copy);
    CHECK(tag.answered == 9);
  }
  const auto before = mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) ::tlm::tlm_generic_payload().deep_copy_from(payload);
  CHECK(mallinfo2().uordblks - before < 1000);
  payload.free_all_extensions();  // leaves the member alone
  CHECK(tag.asked == 7);
  payload.clear_extension(&tag);
}
