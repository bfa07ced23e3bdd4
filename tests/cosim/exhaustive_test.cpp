#include <catch2/catch.hpp>

#include "array/array_backends.h"
#include "timing/fused_formats.h"

using namespace ampa;

namespace {

// All codes of a format as rows: the code at depth `lane`, zero elsewhere.
gemm::CodeTensor all_codes(CodeFormat format, std::int64_t depth, std::int64_t lane) {
  const std::int64_t num_codes = std::int64_t{1} << format.bits;
  std::vector<std::int32_t> codes(static_cast<std::size_t>(num_codes * depth), 0);
  for (std::int64_t row = 0; row < num_codes; ++row)
    codes[static_cast<std::size_t>(row * depth + lane)] = format.min_code() + static_cast<std::int32_t>(row);
  return gemm::matrix(format, 0, num_codes, depth, codes);
}

std::int64_t count_wrong_products(gemm::Backend& backend, CodeFormat a, CodeFormat b, std::int64_t depth,
                                  std::int64_t lane) {
  const gemm::CodeTensor codes_a = all_codes(a, depth, lane), codes_b = all_codes(b, depth, lane);
  gemm::GemmJob job;
  job.a = gemm::whole(codes_a);
  job.b = gemm::whole(codes_b);
  gemm::Accumulators sums;
  backend.run(job, sums);
  std::int64_t num_wrong = 0;
  for (std::int64_t m = 0; m < sums.rows; ++m)
    for (std::int64_t n = 0; n < sums.cols; ++n) num_wrong += sums.at(m, n) != (a.min_code() + m) * (b.min_code() + n);
  return num_wrong;
}

}  // namespace

TEST_CASE("every product of every width pair and signedness is right in every lane", "[cosim]") {
  const auto rtl = systemc::make_rtl_backend(timing::point_from_string("fused-4x4"));
  std::int64_t num_lanes = 0;
  for (Bits bits_a = 2; bits_a <= 8; bits_a += 2)
    for (Bits bits_b = 2; bits_b <= 8; bits_b += 2)
      for (int signs = 0; signs < 4; ++signs) {
        const CodeFormat a{bits_a, (signs & 1) != 0}, b{bits_b, (signs & 2) != 0};
        const int lanes = timing::fused_macs(timing::width_code(bits_a), timing::width_code(bits_b));
        for (int lane = 0; lane < lanes; ++lane, ++num_lanes) {
          INFO(bits_a << " x " << bits_b << " bits, signs " << signs << ", lane " << lane);
          CHECK(count_wrong_products(*rtl, a, b, lanes, lane) == 0);
        }
      }
  CHECK(num_lanes == 4 * 64);
}
