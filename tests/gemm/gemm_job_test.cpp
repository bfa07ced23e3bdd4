#include "gemm/gemm_job.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "gemm/random_job.h"

namespace ampa::gemm {
namespace {

using testing::Random;

TEST_CASE("an operand reads the grid as its definition says") {
  // 2 images on a 4 x 5 grid of 3 channels whose codes count up.
  CodeTensor tensor;
  resize(tensor, {8, false}, 0, 2, 4, 5, 3);
  for (std::size_t i = 0; i < 120; ++i) tensor.bytes[i] = static_cast<std::uint8_t>(i);
  Operand operand;
  operand.tensor = &tensor;
  operand.kernel_height = 2;
  operand.kernel_width = 3;
  operand.stride = 2;
  operand.out_height = 1;
  operand.out_width = 2;
  operand.origin_y = 1;
  CHECK(operand.rows() == 4);
  CHECK(operand.depth() == 18);
  CHECK(operand.code(0, 0) == 15);       // image 0, grid (1, 0), channel 0
  CHECK(operand.code(1, 0) == 15 + 6);   // stride 2: two columns further
  CHECK(operand.code(2, 0) == 15 + 60);  // the next image
  CHECK(operand.code(0, 2) == 15 + 2);   // channels run fastest
  CHECK(operand.code(0, 9) == 15 + 15);  // then the kernel's width, then its height
  CHECK(operand.code(3, 17) == 60 + 30 + 14);
  operand.transposed = true;
  CHECK(operand.rows() == 18);
  CHECK(operand.depth() == 4);
  CHECK(operand.code(17, 3) == 60 + 30 + 14);
}

TEST_CASE("codes are read in their own signedness") {
  const CodeTensor negative = matrix({4, true}, 0, 1, 2, {-8, 7});
  CHECK(whole(negative).code(0, 0) == -8);
  CHECK(whole(negative).code(0, 1) == 7);
  const CodeTensor large = matrix({8, false}, 3, 1, 2, {255, 128});
  CHECK(whole(large).code(0, 0) == 255);
  CHECK(whole(large).code(0, 1) == 128);
}

TEST_CASE("a tensor on a wider grid is surrounded by its zero point") {
  CodeTensor tensor;
  resize(tensor, {8, false}, 9, 1, 6, 6, 4);
  std::fill(tensor.bytes.begin(), tensor.bytes.end(), std::uint8_t{77});  // what an earlier use left behind
  resize_on_grid(tensor, {8, true}, -3, 2, 2, 2, 1, 5, 4, 1, 0, 2);
  REQUIRE(static_cast<std::int64_t>(tensor.bytes.size()) >= 40 + CodeTensor::kReadPadding);
  for (std::int64_t i = 0; i < 40; ++i) CHECK(tensor.code_at(i) == -3);
  CHECK(tensor.offset(1, 1, 1) == 20 + (1 + 2) * 4 + 2);
  CHECK(tensor.num_codes() == 8);
}

TEST_CASE("check names what is wrong with a job") {
  Random random(1);
  const auto job = [&] {
    testing::OwnedJob owned =
        testing::matrix_job({8, true}, {4, false}, 2, 3, 5, random, testing::Fill::kUniform, testing::Fill::kUniform);
    owned.job.layer = "conv7";
    return owned;
  };
  CHECK_NOTHROW(check(job().job));

  auto depths = job();
  depths.job.b.transposed = true;
  CHECK_THROWS_AS(check(depths.job), InputError);
  CHECK_THROWS_WITH(check(depths.job), "job of layer 'conv7': expected operands of one depth, found 5 and 3");

  for (const Bits bits : {0, 9}) {
    auto width = job();
    width.b->format.bits = bits;
    CHECK_THROWS_WITH(check(width.job), Catch::Contains("operand b: expected a width in 1..8 bits, found"));
  }

  auto outside = job();
  outside.job.a.origin_x = 1;
  CHECK_THROWS_WITH(check(outside.job), Catch::Contains("operand a: expected a window inside the 1 x 1 grid"));

  auto empty = job();
  empty.job.a.out_width = 0;
  CHECK_THROWS_WITH(check(empty.job), Catch::Contains("operand a: expected at least one code"));
}

TEST_CASE("passes have names") {
  for (const Pass pass : {Pass::kForward, Pass::kDataGradient, Pass::kWeightGradient})
    CHECK(pass_from_string(to_string(pass)) == pass);
  CHECK_THROWS_WITH(pass_from_string("bwd"), "pass: expected fwd, dgrad or wgrad, found 'bwd'");
}

}  // namespace
}  // namespace ampa::gemm
