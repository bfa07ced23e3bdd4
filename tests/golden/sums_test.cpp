// Rules of NUMERICS.md about whole tensors of codes and sums.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "../numerics/samples.h"
#include "allocate/sensitivity.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "quant/dequantize.h"
#include "quant/tensor_quantizer.h"

namespace ampa {
namespace {

using numerics::Samples;

struct Job {
  gemm::CodeTensor a, b;
  gemm::GemmJob job;
  gemm::Accumulators sums;
};

// A random job with zero points on both sides, m x n x k.
Job random_job(Samples& samples, std::int64_t m, std::int64_t n, std::int64_t k) {
  const auto tensor = [&](CodeFormat format, std::int64_t rows) {
    std::vector<std::int32_t> codes;
    for (std::int64_t i = 0; i < rows * k; ++i)
      codes.push_back(static_cast<std::int32_t>(samples.integer(format.min_code(), format.max_code())));
    const auto zero_point = format.is_signed ? 0 : static_cast<std::int32_t>(samples.integer(0, format.max_code()));
    return gemm::matrix(format, zero_point, rows, k, codes);
  };
  Job result{tensor({8, samples.integer(0, 1) == 0}, m), tensor({8, samples.integer(0, 1) == 0}, n), {}, {}};
  return result;
}

void run(Job& job) {
  job.job.a = gemm::whole(job.a);
  job.job.b = gemm::whole(job.b);
  gemm::ReferenceBackend().run(job.job, job.sums);
}

std::int64_t exact_sum(const Job& job, std::int64_t row, std::int64_t col) {
  std::int64_t sum = 0;
  for (std::int64_t k = 0; k < job.job.k(); ++k)
    sum += static_cast<std::int64_t>(job.job.a.code(row, k) - job.a.zero_point) *
           (job.job.b.code(col, k) - job.b.zero_point);
  return sum;
}

}  // namespace

TEST_CASE("Z2: the FP32 result of a job is rounded twice") {
  Samples samples(40);
  ThreadPool threads(2);
  for (const auto& [m, n, k] : {std::tuple{9, 7, 33}, {1, 1, 1}, {40, 3, 700}, {2, 2, 140000}}) {
    Job job = random_job(samples, m, n, k);
    run(job);
    const float sa = samples.uniform(0.001f, 1), sb = samples.uniform(0.001f, 1);
    std::vector<float> out(static_cast<std::size_t>(m * n));
    quant::dequantize(job.sums, gemm::zero_point_correction(job.job), sa * sb, false, threads, out.data());
    const auto scale = static_cast<float>(static_cast<double>(sa) * static_cast<double>(sb));
    for (std::int64_t row = 0; row < m; ++row)
      for (std::int64_t col = 0; col < n; ++col) {
        const auto sum = static_cast<float>(exact_sum(job, row, col));
        REQUIRE(out[static_cast<std::size_t>(row * n + col)] ==
                static_cast<float>(static_cast<double>(sum) * static_cast<double>(scale)));
      }
  }
}

TEST_CASE("M3 M4: sums become means in double, from left to right") {
  const std::int64_t sum = (std::int64_t{1} << 53) + 1;  // is rounded on its way to double
  const float sa = 0.1f, sb = 0.3f, scale = sa * sb;
  const double rounded = 0x1p53;
  CHECK(allocate::mean_error(sum, sa, 7) == rounded * 0x1p-16 * 0.100000001490116119384765625 / 7.0);
  CHECK(allocate::mean_magnitude(sum, sa, 7) == rounded * 0.100000001490116119384765625 / 7.0);
  // The scale of a job is rounded to FP32 first: the product in double is another number.
  CHECK(allocate::mean_magnitude(12345, scale, 3) == 12345.0 * static_cast<double>(scale) / 3.0);
  CHECK(allocate::mean_magnitude(12345, scale, 3) !=
        12345.0 * (static_cast<double>(sa) * static_cast<double>(sb)) / 3.0);
}

TEST_CASE("M3: the sums over a tensor are exact in every order") {
  Samples samples(41);
  std::vector<float> values;
  for (int i = 0; i < 3 * 5 * 6 * 7; ++i) values.push_back(samples.uniform(-1, 2));
  const quant::FloatView view{values.data(), 3, 5, 6, 7};
  for (const int num_threads : {1, 3}) {
    ThreadPool threads(num_threads);
    const numerics::Range range = quant::measure_range(view, threads);
    const numerics::QuantParams params = numerics::asymmetric_params(range.min, range.max, 5);
    gemm::CodeTensor codes;
    quant::QuantizationSums sums;
    quant::quantize(view, params, {11, 13, 1, 2, 2}, quant::RoundingOf(std::nullopt), threads, codes, &sums);
    std::int64_t error = 0, magnitude = 0;
    for (std::size_t i = values.size(); i-- > 0;) {
      const std::int32_t code = numerics::quantize_nearest(values[i], params);
      error += numerics::quantization_error_q16(values[i], code, params);
      magnitude += std::abs(code - params.zero_point);
    }
    CHECK(sums.error_q16 == error);
    CHECK(sums.abs_codes == magnitude);
  }
}

TEST_CASE("M4: the sum of absolute corrected sums") {
  Samples samples(42);
  for (int round = 0; round < 20; ++round) {
    Job job = random_job(samples, samples.integer(1, 9), samples.integer(1, 9), samples.integer(1, 60));
    run(job);
    std::int64_t expected = 0;
    for (std::int64_t row = 0; row < job.job.m(); ++row)
      for (std::int64_t col = 0; col < job.job.n(); ++col) expected += std::abs(exact_sum(job, row, col));
    CHECK(quant::sum_abs(job.sums, gemm::zero_point_correction(job.job)) == expected);
  }
}

TEST_CASE("I1: every instruction set returns the codes, ranges and sums of the scalar definitions") {
  Samples samples(43);
  std::vector<float> values;
  for (int i = 0; i < 1003; ++i) values.push_back(i % 17 == 0 ? samples.any_scale(-140, 1) : samples.uniform(-2, 2));
  const auto n = static_cast<std::int64_t>(values.size());
  const numerics::RandomStream stream{5, 6, 7};
  for (const std::string& name : kernels::available()) {
    kernels::select(name);
    const kernels::Kernels& set = kernels::active();
    CAPTURE(name);
    const numerics::Range range = set.range(values.data(), n);
    REQUIRE(range.finite);
    CHECK(range.min == *std::min_element(values.begin(), values.end()));
    CHECK(range.max == *std::max_element(values.begin(), values.end()));
    for (Bits bits = kMinBits; bits <= kMaxBits; ++bits)
      for (const bool stochastic : {false, true}) {
        const numerics::QuantParams params = stochastic ? numerics::symmetric_params(1.9f, bits)
                                                        : numerics::asymmetric_params(range.min, range.max, bits);
        std::vector<std::uint8_t> codes(values.size());
        kernels::QuantizationSums sums;
        if (stochastic)
          set.quantize_stochastic(values.data(), n, params, stream, 40, codes.data(), &sums);
        else
          set.quantize_nearest(values.data(), n, params, codes.data(), &sums);
        std::int64_t error = 0, magnitude = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
          const std::int32_t code = stochastic ? numerics::quantize_stochastic(values[i], params, stream.bits16(40 + i))
                                               : numerics::quantize_nearest(values[i], params);
          REQUIRE(codes[i] == static_cast<std::uint8_t>(code));
          error += numerics::quantization_error_q16(values[i], code, params);
          magnitude += std::abs(code - params.zero_point);
        }
        CHECK(sums.error_q16 == error);
        CHECK(sums.abs_codes == (stochastic ? 0 : magnitude));
      }
  }
  kernels::select("auto");
}

}  // namespace ampa
