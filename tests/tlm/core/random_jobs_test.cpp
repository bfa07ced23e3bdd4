// Random jobs: the transaction-level core, the RTL and the analytic model give one answer.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "../../rtl/core/check_results.h"
#include "gemm/reference_backend.h"
#include "rtl/core/random_core_job.h"
#include "tlm/core/core_platform.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;

namespace {

// The environment may ask for other jobs, or more of them.
std::int64_t setting(const char* name, std::int64_t value) {
  const char* text = std::getenv(name);
  return text == nullptr ? value : std::stoll(text);
}

// Returns the bursts that the memory saw.
std::vector<BurstRecord> check_run(CoreModel& core, const RandomCoreJob& drawn, const gemm::Accumulators& expected) {
  JobImage image = make_image(drawn);
  std::vector<BurstRecord> bursts;
  RunOptions options;
  options.bursts = &bursts;
  const timing::CoreRun run = core.run(image, drawn.memory, options);
  check_results(image, drawn.codes, expected);
  const timing::CoreRun model = timing::core_cycles(drawn.plan, drawn.memory);
  CHECK(run.cycles.compute == model.cycles.compute);
  CHECK(run.cycles.fill_drain == model.cycles.fill_drain);
  CHECK(run.cycles.operand_stall == model.cycles.operand_stall);
  CHECK(run.cycles.write_stall == model.cycles.write_stall);
  CHECK(run.bytes_read == model.bytes_read);
  CHECK(run.bytes_written == model.bytes_written);
  return bursts;
}

}  // namespace

TEST_CASE(
    "random jobs: tlm = rtl = analytic in sums or codes, bytes and all four parts of the cycles, burst by burst") {
  const std::int64_t seed = setting("AMPA_CORE_SEED", 414), jobs = setting("AMPA_CORE_JOBS", 40);  // of each core
  for (const timing::CoreConfig& config : verilated_cores()) {
    const auto tlm = make_tlm_core(config), rtl = make_rtl_core(config);
    for (std::int64_t index = 0; index < jobs; ++index) {
      const auto drawn = random_core_job(config, static_cast<std::uint64_t>(seed), index);
      INFO(timing::name_of(config) << ", job " << index << " of seed " << seed << ", memory "
                                   << timing::to_string(drawn->memory));
      gemm::Accumulators expected;
      gemm::ReferenceBackend().run(drawn->job, expected);
      const std::vector<BurstRecord> tlm_bursts = check_run(*tlm, *drawn, expected);
      const std::vector<BurstRecord> rtl_bursts = check_run(*rtl, *drawn, expected);
      CHECK(tlm_bursts == rtl_bursts);
    }
  }
}
