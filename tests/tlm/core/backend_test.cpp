#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/error.h"
#include "directed_jobs.h"
#include "gemm/conv_shape.h"
#include "gemm/reference_backend.h"
#include "tlm/core/core_backend.h"

using namespace ampa;
using namespace ampa::rtl;
using namespace ampa::tlm;
using Catch::Matchers::Contains;

namespace {

const char* const kCore = "fused-4x4:a=2K,b=2K,sums=256,port=8";
constexpr CodeFormat kByte{8, false}, kSignedByte{8, true};

std::string wave_of(const gemm::GemmJob& job, CoreKind kind, std::int64_t& cycles) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() /
      (std::string("ampa_wave_") + (kind == CoreKind::kTlm ? "tlm" : "rtl") + std::to_string(getpid()) + ".vcd");
  CoreBackend backend(timing::core_from_string(kCore), timing::memory_from_string("ideal"), kind);
  backend.set_wave_path(path.string());
  gemm::Accumulators out;
  cycles = backend.run(job, out)->total();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::filesystem::remove(path);
  return text.str();
}

// Both cores against the reference and the analytic model, a job whose sums have 64 bits. Returns the sums.
gemm::Accumulators check_wide(const gemm::GemmJob& job) {
  REQUIRE(job.k() > numerics::max_accumulator_depth(job.a.format(), job.b.format()));
  const timing::CoreConfig config = timing::core_from_string(kCore);
  const timing::MemorySettings memory;
  const timing::JobPlan plan = timing::plan_job(config, gemm::geometry_of(job), memory);
  REQUIRE(plan.wide);
  REQUIRE(plan.num_slabs > 4);
  gemm::Accumulators expected, found;
  gemm::ReferenceBackend().run(job, expected);
  for (const CoreKind kind : {CoreKind::kTlm, CoreKind::kRtl}) {
    CoreBackend backend(config, memory, kind);
    CHECK(*backend.run(job, found) == timing::core_cycles(plan, memory).cycles);
    CHECK(found == expected);
    CHECK(backend.last_run() == timing::core_cycles(plan, memory));
  }
  return expected;
}

}  // namespace

TEST_CASE("sums beyond 32 bits come in 64 bits: slabs along K, cycles of the model") {
  const WeightGradientJob wide(4, 96, 96, 2, 2, kByte, kByte);  // 36864 * 255 * 255 > 2^31
  const gemm::Accumulators sums = check_wide(wide.job);
  REQUIRE(sums.at(0, 0) == std::int64_t{36864} * 255 * 255);
}

TEST_CASE("sums below -2^31 come in 64 bits: the slabs' sums are added with their signs") {
  WeightGradientJob wide(4, 129, 128, 2, 2, kByte, kSignedByte);  // 66048 * 255 * -128 < -2^31
  std::int64_t code = 0;
  gemm::fill_codes(wide.b, [&] {  // the second channel turns its sign halfway
    const bool positive = code % 2 == 1 && code >= wide.b.num_codes() / 2;
    ++code;
    return positive ? kSignedByte.max_code() : kSignedByte.min_code();
  });
  const gemm::Accumulators sums = check_wide(wide.job);
  REQUIRE(sums.at(0, 0) == std::int64_t{66048} * 255 * -128);
  REQUIRE(sums.at(0, 1) == std::int64_t{33024} * 255 * (127 - 128));
}

TEST_CASE(
    "a transposed convolution: gaps of zero points that are not 0, and activations as the left operand of wgrad") {
  gemm::ConvShape conv{2, 7, 9, 5, 4, 5, 6, 3, 3, 2, 1};
  conv.transposed = true;
  const timing::CoreConfig config = timing::core_from_string(kCore);
  const timing::MemorySettings memory;
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient}) {
    gemm::JobGeometry geometry = gemm::conv_geometry(conv, pass, {{6, false}, {4, true}, {8, true}});
    if (pass != gemm::Pass::kDataGradient) geometry.a.zero_point = 37;
    gemm::CodeTensor a, b;
    const gemm::GemmJob job{gemm::make_operand(geometry.a, a), gemm::make_operand(geometry.b, b), "up", 0, pass};
    std::uint32_t next = 0;
    for (gemm::CodeTensor* tensor : {&a, &b})
      gemm::fill_codes(*tensor, [&] {
        next = next * 1664525u + 1013904223u;
        return tensor->format.code_at(static_cast<std::int32_t>(next >> (32 - tensor->format.bits)));
      });
    gemm::Accumulators expected, found;
    gemm::ReferenceBackend().run(job, expected);
    for (const CoreKind kind : {CoreKind::kTlm, CoreKind::kRtl}) {
      INFO(gemm::to_string(pass));
      CoreBackend backend(config, memory, kind);
      CHECK(*backend.run(job, found) == timing::core_cycles(timing::plan_job(config, geometry, memory), memory).cycles);
      CHECK(found == expected);
    }
  }
}

TEST_CASE("a job that the core refuses is an input error that names the limit") {
  for (const CoreKind kind : {CoreKind::kTlm, CoreKind::kRtl}) {
    CoreBackend backend(timing::core_from_string(kCore), {}, kind);
    gemm::Accumulators out;
    const LinearJob large(4, 4, 20000, kByte, kByte);
    CHECK_THROWS_AS(backend.run(large.job, out), InputError);
    CHECK_THROWS_WITH(backend.run(large.job, out), Contains("fused-4x4") && Contains("does not fit"));
    const LinearJob small(3, 5, 7, kByte, {2, true});
    CHECK(backend.run(small.job, out)->total() > 0);  // and still runs others
    CHECK(out.rows == 3);
  }
}

TEST_CASE("a core without an RTL model is an input error") {
  const timing::CoreConfig config = timing::core_from_string("fused-7x7");
  CHECK_NOTHROW(CoreBackend(config, {}, CoreKind::kTlm));
  CHECK_THROWS_AS(CoreBackend(config, {}, CoreKind::kRtl), InputError);
}

TEST_CASE("a wave lasts as long as its job") {
  const LinearJob linear(8, 4, 16, kByte, kByte);
  std::int64_t cycles = 0;
  const std::string rtl = wave_of(linear.job, CoreKind::kRtl, cycles);
  CHECK_THAT(rtl, Contains("$enddefinitions") && Contains("state_q") && Contains("request_valid_o"));
  CHECK_THAT(rtl, Contains("\n#" + std::to_string(cycles - 1) + "\n"));
  CHECK_THAT(rtl, !Contains("\n#" + std::to_string(cycles) + "\n"));
  const std::string tlm = wave_of(linear.job, CoreKind::kTlm, cycles);
  CHECK_THAT(tlm, Contains("$enddefinitions") && Contains("a_filled") && Contains("store_waiting"));
  CHECK_THAT(tlm, Contains("\n#" + std::to_string(10 * cycles) + "\n"));  // when done goes up
}

TEST_CASE("a wave that cannot be written is refused before the job runs") {
  const LinearJob linear(2, 2, 2, kByte, kByte);
  for (const CoreKind kind : {CoreKind::kTlm, CoreKind::kRtl}) {
    CoreBackend backend(timing::core_from_string(kCore), {}, kind);
    gemm::Accumulators out;
    backend.set_wave_path("wave.fst");
    CHECK_THROWS_WITH(backend.run(linear.job, out), Contains("wave.fst") && Contains(".vcd"));
    backend.set_wave_path("/nowhere/wave.vcd");
    CHECK_THROWS_WITH(backend.run(linear.job, out), Contains("/nowhere/wave.vcd"));
  }
}
