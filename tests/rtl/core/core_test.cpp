#include <catch2/catch.hpp>

#include "check_results.h"
#include "gemm/conv_shape.h"
#include "gemm/reference_backend.h"
#include "rtl/core/core_model.h"
#include "rtl/core/random_core_job.h"

using namespace ampa;
using namespace ampa::rtl;

namespace {

constexpr std::uint64_t kSeed = 2026;

void run_and_compare(const timing::CoreConfig& config, std::int64_t index) {
  const auto drawn = random_core_job(config, kSeed, index);
  INFO(timing::name_of(config) << ", job " << index << " of seed " << kSeed << ", memory "
                               << timing::to_string(drawn->memory));
  INFO("M x N x K " << drawn->plan.m() << " x " << drawn->plan.n() << " x " << drawn->plan.job.a.depth() << ", pass "
                    << gemm::to_string(drawn->job.pass) << ", slabs " << drawn->plan.num_slabs);
  const auto core = make_verilated_core(config);
  JobImage image = make_image(*drawn);
  const timing::CoreRun run = core->run(image, drawn->memory, {});
  gemm::Accumulators expected;
  gemm::ReferenceBackend().run(drawn->job, expected);
  check_results(image, drawn->codes, expected);
  const timing::CoreRun model = timing::core_cycles(drawn->plan, drawn->memory);
  CHECK(run.cycles.compute == model.cycles.compute);
  CHECK(run.cycles.fill_drain == model.cycles.fill_drain);
  CHECK(run.cycles.operand_stall == model.cycles.operand_stall);
  CHECK(run.cycles.write_stall == model.cycles.write_stall);
  CHECK(run.bytes_read == model.bytes_read);
  CHECK(run.bytes_written == model.bytes_written);
}

}  // namespace

TEST_CASE("random jobs on every core give the reference's sums, or codes of them, in the cycles of the model") {
  for (const timing::CoreConfig& config : verilated_cores())
    for (std::int64_t index = 0; index < 40; ++index) run_and_compare(config, index);
}

TEST_CASE("slabs along M fill whole tiles where they can") {
  const timing::CoreConfig config = timing::core_from_string("int8-16x16");
  for (const gemm::ConvShape& conv :
       {gemm::ConvShape{1, 8, 8, 64, 8, 8, 64, 3, 3, 1, 1}, {40, 1, 1, 30, 1, 1, 10, 1, 1, 1, 0}}) {
    const gemm::JobGeometry job = gemm::conv_geometry(conv, gemm::Pass::kForward, {});
    const timing::JobPlan plan = timing::plan_job(config, job, {});
    CHECK(plan.num_slabs > 1);
    for (std::int64_t i = 0; i + 1 < plan.num_slabs; ++i) CHECK(plan.slab(i).positions % 16 == 0);
    std::int64_t positions = 0;
    for (std::int64_t i = 0; i < plan.num_slabs; ++i) positions += plan.slab(i).positions;
    CHECK(positions == job.shape().m);
  }
}
