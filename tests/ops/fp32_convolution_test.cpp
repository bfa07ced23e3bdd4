#include "op_harness.h"

namespace ampa::ops {
namespace {

ir::Shape conv_out(ir::Shape in, std::int64_t channels, std::int64_t k, std::int64_t s, std::int64_t p) {
  return {channels, (in.height + 2 * p - k) / s + 1, (in.width + 2 * p - k) / s + 1};
}

}  // namespace

TEST_CASE("fp32 convolution: gradients equal finite differences for every kernel, stride and padding") {
  struct Case {
    ir::Shape in;
    std::int64_t out_channels, kernel, stride, padding;
  };
  for (const Case& c : {Case{{3, 6, 5}, 4, 3, 1, 1}, Case{{2, 7, 8}, 5, 3, 2, 1}, Case{{3, 6, 6}, 2, 3, 2, 1},
                        Case{{4, 5, 5}, 3, 1, 1, 0}, Case{{4, 6, 6}, 3, 1, 2, 0}, Case{{2, 6, 6}, 3, 5, 1, 2},
                        Case{{3, 5, 5}, 2, 2, 1, 0}}) {
    INFO("kernel " << c.kernel << " stride " << c.stride << " padding " << c.padding);
    OpHarness harness(layer("conv2d", {-1}, c.in, conv_out(c.in, c.out_channels, c.kernel, c.stride, c.padding),
                            c.kernel, c.stride, c.padding),
                      {random_tensor(2, c.in.height, c.in.width, c.in.channels, 1)});
    harness.fill_parameters(50);
    harness.check_gradients();
  }
}

TEST_CASE("linear layer: gradients of input, weights and bias equal finite differences") {
  OpHarness harness(layer("linear", {-1}, {4, 2, 3}, {7, 1, 1}), {random_tensor(5, 2, 3, 4, 1)});
  harness.fill_parameters(50);
  harness.check_gradients();
}

TEST_CASE("fp32 convolution: a known result") {
  // One 3x3 map of 1..9 under a kernel of ones with padding 1: each output is the sum of its neighbourhood.
  Tensor map;
  map.resize(1, 3, 3, 1);
  for (int i = 0; i < 9; ++i) map.values[i] = static_cast<float>(i + 1);
  OpHarness harness(layer("conv2d", {-1}, {1, 3, 3}, {1, 3, 3}, 3, 1, 1), {map});
  harness.parameter(0).value.setOnes();
  harness.forward();
  Eigen::ArrayXf expected(9);
  expected << 12, 21, 16, 27, 45, 33, 24, 39, 28;
  CHECK((harness.out.values == expected).all());
}

}  // namespace ampa::ops
