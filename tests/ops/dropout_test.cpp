#include "numerics/random_stream.h"
#include "op_harness.h"

namespace ampa::ops {
namespace {

constexpr ir::Shape kMap{7, 3, 5};  // images begin amid blocks of 8 elements

ir::Layer dropout(int input, double probability) {
  return with(layer("dropout", {input}, kMap, kMap), {{"probability", probability}});
}

}  // namespace

TEST_CASE("N5 R7: dropout drops by the 16 bits of seed, step, tensor and element") {
  OpHarness harness({dropout(-1, 0.3), dropout(0, 0.6)}, {random_tensor(3, 3, 5, 7, 1)});
  harness.context.seed = 0x123456789Au;
  harness.context.step = 17;
  harness.objective();
  harness.backward();
  const auto limits = std::array<std::uint32_t, 2>{19661, 39322};  // 65536 p, rounded
  for (std::int64_t i = 0; i < harness.out.size(); ++i) {
    float factor = 1, expected = harness.inputs[0].values[i], gradient = harness.out_grad.values[i];
    for (std::uint32_t one = 0; one < 2; ++one) {
      const numerics::RandomStream stream{0x123456789Au, 17, 0x80000000u + one};
      const bool kept = stream.bits16(static_cast<std::uint64_t>(i)) >= limits[one];
      factor = static_cast<float>(65536.0 / (65536 - limits[one]));
      expected = kept ? expected * factor : 0;
    }
    for (const std::uint32_t one : {1u, 0u}) {
      const numerics::RandomStream stream{0x123456789Au, 17, 0x80000000u + one};
      const bool kept = stream.bits16(static_cast<std::uint64_t>(i)) >= limits[one];
      gradient = kept ? gradient * static_cast<float>(65536.0 / (65536 - limits[one])) : 0;
    }
    CHECK(harness.out.values[i] == expected);
    CHECK(harness.input_grads[0].values[i] == gradient);
  }
}

TEST_CASE("dropout: gradients equal finite differences") {
  OpHarness(dropout(-1, 0.4), {random_tensor(3, 3, 5, 7, 1)}).check_gradients();
}

TEST_CASE("dropout: another step drops others, evaluation and probability 0 none, and the mean stays") {
  Tensor ones = random_tensor(40, 3, 5, 7, 1);
  ones.values.setOnes();
  OpHarness harness(dropout(-1, 0.5), {ones});
  harness.forward();
  const Eigen::ArrayXf first = harness.out.values;
  CHECK(first.mean() == Approx(1).margin(0.05));
  CHECK((first == 0).count() == Approx(2100).margin(150));
  ++harness.context.step;
  harness.forward();
  CHECK((harness.out.values != first).count() > 1500);
  harness.context.training = false;
  harness.forward();
  CHECK((harness.out.values == 1).all());
  OpHarness none(dropout(-1, 0), {ones});
  none.forward();
  CHECK((none.out.values == 1).all());
}

TEST_CASE("dropout: a probability next to 1 leaves one element in 65536") {
  Tensor ones = random_tensor(2000, 3, 5, 7, 1);
  ones.values.setOnes();
  OpHarness harness(dropout(-1, 0.9999999), {ones});
  harness.forward();
  CHECK((harness.out.values != 0).count() < 20);
  CHECK(((harness.out.values == 0) || (harness.out.values == 65536)).all());
}

}  // namespace ampa::ops
