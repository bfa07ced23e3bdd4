#include <catch2/catch.hpp>

#include "array/array_backends.h"
#include "timing/hardware_point.h"

using namespace ampa;

namespace {

// What a depth holds that is not under test: zero, or of two levels -1.
std::int32_t filler(CodeFormat format) {
  return format.is_two_level() ? -1 : 0;
}

// All codes of a format as rows: the code at depth `lane`, the filler elsewhere.
gemm::CodeTensor all_codes(CodeFormat format, std::int64_t depth, std::int64_t lane) {
  std::vector<std::int32_t> codes(static_cast<std::size_t>(format.num_codes() * depth), filler(format));
  for (std::int32_t row = 0; row < format.num_codes(); ++row)
    codes[static_cast<std::size_t>(row * depth + lane)] = format.code_at(row);
  return gemm::matrix(format, 0, format.num_codes(), depth, codes);
}

std::int64_t count_wrong_products(gemm::Backend& backend, CodeFormat a, CodeFormat b, std::int64_t depth,
                                  std::int64_t lane) {
  const gemm::CodeTensor codes_a = all_codes(a, depth, lane), codes_b = all_codes(b, depth, lane);
  gemm::GemmJob job;
  job.a = gemm::whole(codes_a);
  job.b = gemm::whole(codes_b);
  gemm::Accumulators sums;
  backend.run(job, sums);
  const std::int64_t rest = (depth - 1) * filler(a) * filler(b);
  std::int64_t num_wrong = 0;
  for (std::int32_t m = 0; m < sums.rows; ++m)
    for (std::int32_t n = 0; n < sums.cols; ++n) num_wrong += sums.at(m, n) != a.code_at(m) * b.code_at(n) + rest;
  return num_wrong;
}

// Every lane of the fused processing element, the first, a middle and the last one of the serial one.
std::vector<std::int64_t> lanes_to_try(int macs) {
  if (macs == timing::kLanes) return {0, 13, macs - 1};
  std::vector<std::int64_t> lanes;
  for (int lane = 0; lane < macs; ++lane) lanes.push_back(lane);
  return lanes;
}

std::int64_t try_all_products(const timing::HardwarePoint& point) {
  const auto rtl = systemc::make_rtl_backend(point);
  std::int64_t num_lanes = 0;
  for (Bits bits_a = 1; bits_a <= 8; ++bits_a)
    for (Bits bits_b = 1; bits_b <= 8; ++bits_b)
      for (int signs = 0; signs < 4; ++signs) {
        const CodeFormat a{bits_a, (signs & 1) != 0}, b{bits_b, (signs & 2) != 0};
        if (!timing::is_supported(point.pe, a) || !timing::is_supported(point.pe, b)) continue;
        const int macs = timing::pe_formats(point.pe).macs(a, b);
        for (const std::int64_t lane : lanes_to_try(macs)) {
          INFO(bits_a << " x " << bits_b << " bits, signs " << signs << ", lane " << lane);
          CHECK(count_wrong_products(*rtl, a, b, macs, lane) == 0);
          ++num_lanes;
        }
      }
  return num_lanes;
}

}  // namespace

TEST_CASE("every product of every width pair and signedness is right in every lane", "[cosim]") {
  CHECK(try_all_products(timing::point_from_string("fused-8x8")) == 4 * 144);
  CHECK(try_all_products(timing::point_from_string("fused-16x16-fast")) == 4 * 144);
  CHECK(try_all_products(timing::point_from_string("int8-16x16")) == 15 * 15);
  CHECK(try_all_products(timing::point_from_string("serial-16x16")) == 16 * 16 * 3);
}
