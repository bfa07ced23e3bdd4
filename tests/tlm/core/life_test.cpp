// Many simulations in one process.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "rtl/core/random_core_job.h"
#include "tlm/core/core_platform.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;

namespace {

struct Usage {
  std::int64_t heap_bytes = 0;  // given out by malloc; stays 0 under AddressSanitizer, which looks for leaks itself
  std::int64_t virtual_pages = 0;
};

Usage usage() {
  std::ifstream statm("/proc/self/statm");
  Usage now;
  statm >> now.virtual_pages;
  const auto info = mallinfo2();
  now.heap_bytes = static_cast<std::int64_t>(info.uordblks + info.hblkhd);
  return now;
}

// Builds a platform, runs a job on it, lets a job fail, and takes it all away again.
void simulate(CoreModel& core, const RandomCoreJob& drawn) {
  JobImage image = make_image(drawn);
  core.run(image, drawn.memory, {});
  RunOptions options;
  options.faults.error_burst = 1;
  CHECK_THROWS(core.run(image, drawn.memory, options));
}

}  // namespace

TEST_CASE("200 simulations in one process leave nothing behind") {
  const timing::CoreConfig config = timing::core_from_string("fused-4x4:a=2K,b=2K,sums=256,port=8");
  const auto drawn = random_core_job(config, 5, 2);
  const auto simulate_both = [&] {
    simulate(*make_tlm_core(config), *drawn);
    simulate(*make_rtl_core(config), *drawn);
  };
  for (int i = 0; i < 100; ++i) simulate_both();  // what is made once, pools that grow to their size
  const Usage before = usage();
  for (int i = 0; i < 100; ++i) simulate_both();
  const Usage after = usage();
  CHECK(after.heap_bytes - before.heap_bytes < 100 * 100);  // bytes a simulation: far less than a module has
#if !defined(__SANITIZE_ADDRESS__)
  CHECK(after.virtual_pages - before.virtual_pages < 512);
#endif
}

TEST_CASE("platforms live side by side") {
  const timing::CoreConfig config = timing::core_from_string("fused-4x4:a=2K,b=2K,sums=256,port=8");
  const auto drawn = random_core_job(config, 5, 3);
  const auto first = make_tlm_core(config), second = make_rtl_core(config), third = make_tlm_core(config);
  JobImage image = make_image(*drawn);
  const timing::CoreRun expected = timing::core_cycles(drawn->plan, drawn->memory);
  for (int i = 0; i < 3; ++i)
    for (CoreModel* core : {first.get(), second.get(), third.get()})
      CHECK(core->run(image, drawn->memory, {}) == expected);
}
