#include <limits>

#include "op_harness.h"

namespace ampa::ops {

TEST_CASE("relu, add and padded shortcut: gradients equal finite differences") {
  const ir::Shape map{5, 3, 4};
  OpHarness(layer("relu", {-1}, map, map), {random_tensor(2, 3, 4, 5, 1)}).check_gradients();
  OpHarness(layer("add", {-1, -2}, map, map), {random_tensor(2, 3, 4, 5, 1), random_tensor(2, 3, 4, 5, 2)})
      .check_gradients();
  OpHarness(layer("add", {-1, -1}, map, map), {random_tensor(2, 3, 4, 5, 1)}).check_gradients();
  OpHarness(layer("shortcut_pad", {-1}, {4, 6, 5}, {8, 3, 3}, 1, 2), {random_tensor(2, 6, 5, 4, 1)}).check_gradients();
}

TEST_CASE("padded shortcut: every second position, channels in the middle") {
  OpHarness harness(layer("shortcut_pad", {-1}, {2, 4, 4}, {4, 2, 2}, 1, 2), {random_tensor(1, 4, 4, 2, 1)});
  harness.forward();
  const auto in = [&](int y, int x, int c) { return harness.inputs[0].values[(y * 4 + x) * 2 + c]; };
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 2; ++x) {
      const float* out = harness.out.values.data() + (y * 2 + x) * 4;
      CHECK(out[0] == 0);
      CHECK(out[1] == in(2 * y, 2 * x, 0));
      CHECK(out[2] == in(2 * y, 2 * x, 1));
      CHECK(out[3] == 0);
    }
}

TEST_CASE("relu: a NaN stays a NaN, so that divergence is seen") {
  OpHarness harness(layer("relu", {-1}, {5, 1, 1}, {5, 1, 1}), {random_tensor(1, 1, 1, 5, 1)});
  harness.inputs[0].values[2] = std::numeric_limits<float>::quiet_NaN();
  harness.forward();
  CHECK(std::isnan(harness.out.values[2]));
}

}  // namespace ampa::ops
