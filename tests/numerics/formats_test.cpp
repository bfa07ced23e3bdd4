#include "numerics/formats.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "gemm/gemm_job.h"
#include "numerics/quantizer.h"
#include "samples.h"

namespace ampa::numerics {

TEST_CASE("F1: the codes of every width, signed and unsigned") {
  CHECK(kMinBits == 2);
  CHECK(kMaxBits == 8);
  for (Bits bits = kMinBits; bits <= kMaxBits; ++bits) {
    const auto half = static_cast<std::int32_t>(std::lround(std::pow(2, bits - 1)));
    CHECK(CodeFormat{bits, true}.min_code() == -half);
    CHECK(CodeFormat{bits, true}.max_code() == half - 1);
    CHECK(CodeFormat{bits, false}.min_code() == 0);
    CHECK(CodeFormat{bits, false}.max_code() == 2 * half - 1);
  }
}

TEST_CASE("F2: signed codes are sign-extended to a byte") {
  const gemm::CodeTensor codes = gemm::matrix({4, true}, 0, 1, 3, {-8, 7, -1});
  CHECK(codes.bytes[0] == 0xF8);
  CHECK(codes.bytes[1] == 0x07);
  CHECK(codes.bytes[2] == 0xFF);
  CHECK(codes.code_at(0) == -8);
  CHECK(codes.code_at(2) == -1);
  const gemm::CodeTensor raw = gemm::matrix({8, false}, 0, 1, 1, {255});
  CHECK(raw.code_at(0) == 255);
}

TEST_CASE("F3: where positions lie on the grid") {
  gemm::CodeTensor tensor;
  gemm::resize_on_grid(tensor, {8, false}, 5, 2, 3, 2, 4, 9, 8, 1, 2, 3);
  CHECK(tensor.num_codes() == 2 * 3 * 2 * 4);
  CHECK(tensor.offset(0, 0, 0) == (1 * 8 + 2) * 4);
  CHECK(tensor.offset(1, 2, 1) == ((9 + 1 + 2 * 3) * 8 + 2 + 1 * 3) * 4);
}

TEST_CASE("F4: the value of a code") {
  Samples samples(1);
  for (int i = 0; i < 1000; ++i) {
    const Bits bits = static_cast<Bits>(samples.integer(2, 8));
    const QuantParams params = asymmetric_params(-samples.uniform(0, 3), samples.uniform(0, 3), bits);
    const auto code = static_cast<std::int32_t>(samples.integer(params.min_code, params.max_code));
    const double exact = static_cast<double>(code - params.zero_point) * static_cast<double>(params.scale);
    CHECK(dequantize(code, params) == static_cast<float>(exact));
  }
}

TEST_CASE("F5: operands of one bit are 0 and 1, or two levels") {
  CHECK(kMinOperandBits == 1);
  const CodeFormat plain{1, false}, levels{1, true};
  CHECK(plain.min_code() == 0);
  CHECK(plain.max_code() == 1);
  CHECK_FALSE(plain.is_two_level());
  CHECK(levels.is_two_level());
  CHECK(levels.min_code() == -1);
  CHECK(levels.max_code() == 1);
  CHECK(levels.max_magnitude() == 1);
  CHECK(levels.num_codes() == 2);
  CHECK(levels.code_at(0) == -1);
  CHECK(levels.code_at(1) == 1);
  CHECK(CodeFormat{3, true}.code_at(7) == 3);
  gemm::CodeTensor padded;
  gemm::resize_on_grid(padded, levels, 0, 1, 2, 2, 1, 4, 4, 1, 1, 1);
  gemm::GemmJob job;
  job.a = job.b = gemm::whole(padded);
  CHECK_THROWS_WITH(gemm::check(job), Catch::Contains("zero point of -1 or 1"));
  padded.zero_point = 1;
  CHECK_NOTHROW(gemm::check(job));
}

}  // namespace ampa::numerics
