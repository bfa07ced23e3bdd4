// conv_transpose2d and pad.
#include "transposed_layer.h"

namespace ampa::ops {
TEST_CASE("conv_transpose2d: gradients equal finite differences") {
  for (const ir::ConvAttributes& conv :
       {attributes(2, 2, 0, true), attributes(3, 2, 1, false), attributes(3, 1, 1, true), attributes(1, 3, 0, true),
        attributes({3, 2}, {1, 2}, {2, 0}, true), attributes(4, 3, 1, false)}) {
    INFO("kernel " << conv.kernel.y << ", stride " << conv.stride.y << ", padding " << conv.padding.y);
    OpHarness harness(transposed({3, 4, 5}, 2, conv), {random_tensor(2, 4, 5, 3, 1)});
    harness.fill_parameters(50);
    harness.check_gradients();
  }
}

TEST_CASE("N10: conv_transpose2d spreads every position over its window, and adds the bias last") {
  const ir::Shape in = {3, 2, 3};
  OpHarness harness(transposed(in, 2, attributes(2, 2, 0, true)), {random_tensor(1, 2, 3, 3, 1)});
  harness.fill_parameters(50);
  harness.forward();
  const Eigen::ArrayXf &x = harness.inputs[0].values, &w = harness.parameter(0).value, &b = harness.parameter(1).value;
  CHECK(harness.parameter(0).shape == std::vector<std::int64_t>{3, 2, 2, 2});
  REQUIRE(harness.out.size() == 4 * 6 * 2);
  for (std::int64_t y = 0; y < 4; ++y)
    for (std::int64_t column = 0; column < 6; ++column)
      for (std::int64_t o = 0; o < 2; ++o) {
        float sum = 0;
        for (std::int64_t c = 0; c < 3; ++c)
          sum += x[((y / 2) * 3 + column / 2) * 3 + c] * w[((c * 2 + y % 2) * 2 + column % 2) * 2 + o];
        CHECK(harness.out.values[(y * 6 + column) * 2 + o] == sum + b[o]);
      }
}

TEST_CASE("N10: conv_transpose2d is the data gradient of the convolution, and the convolution its own, bit by bit") {
  const ir::Shape small = {3, 4, 5}, large = {4, 7, 9};
  OpHarness up(transposed(small, 4, attributes(3, 2, 1, false)), {random_tensor(2, 4, 5, 3, 1)});
  OpHarness down(layer("conv2d", {-1}, large, small, 3, 2, 1), {random_tensor(2, 7, 9, 4, 2)});
  up.fill_parameters(50);
  down.fill_parameters(50);
  up.objective();
  up.backward();
  down.forward();
  down.out_grad = up.inputs[0];
  down.backward();
  CHECK((down.input_grads[0].values == up.out.values).all());
  down.inputs[0] = up.out_grad;
  down.forward();
  CHECK((down.out.values == up.input_grads[0].values).all());
  down.backward();
  CHECK((down.parameter(0).gradient == up.parameter(0).gradient).all());
}

TEST_CASE("pad: zeros around the map, and a gradient that leaves them out") {
  OpHarness harness(layer("pad", {-1}, {2, 3, 2}, {2, 5, 8}), {random_tensor(2, 3, 2, 2, 1)});
  harness.check_gradients();
  double inside = 0;
  for (std::int64_t y = 0; y < 5; ++y)
    for (std::int64_t x = 0; x < 8; ++x)
      for (std::int64_t c = 0; c < 2; ++c) {
        const float value = harness.out.values[(y * 8 + x) * 2 + c];
        const bool is_inside = y >= 1 && y < 4 && x >= 3 && x < 5;
        CHECK(value == (is_inside ? harness.inputs[0].values[((y - 1) * 2 + x - 3) * 2 + c] : 0));
        inside += is_inside;
      }
  CHECK(inside == 12);
}

}  // namespace ampa::ops
