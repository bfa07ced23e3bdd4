#include <limits>

#include "op_harness.h"

namespace ampa::ops {

TEST_CASE("relu6, gelu and scale: gradients equal finite differences") {
  const ir::Shape map{5, 3, 4};
  Tensor wide = random_tensor(2, 3, 4, 5, 1);
  wide.values = wide.values * 8.0f + 0.011f;
  OpHarness(layer("relu6", {-1}, map, map), {wide}).check_gradients();
  for (const double form : {0, 1}) {
    wide.values = random_tensor(2, 3, 4, 5, 1).values * 2.0f;
    OpHarness(with(layer("gelu", {-1}, map, map), {{"form", form}}), {wide}).check_gradients();
  }
  OpHarness(with(layer("scale", {-1}, map, map), {{"factor", -1.75}}), {wide}).check_gradients();
}

TEST_CASE("relu6: both bounds, and a NaN stays one") {
  OpHarness harness(layer("relu6", {-1}, {5, 1, 1}, {5, 1, 1}), {random_tensor(1, 1, 1, 5, 1)});
  harness.inputs[0].values << -1, 2, 6, 7, std::numeric_limits<float>::quiet_NaN();
  harness.objective();
  CHECK(harness.out.values[0] == 0);
  CHECK(harness.out.values[1] == 2);
  CHECK(harness.out.values[2] == 6);
  CHECK(harness.out.values[3] == 6);
  CHECK(std::isnan(harness.out.values[4]));
  harness.backward();
  CHECK(harness.input_grads[0].values[1] == harness.out_grad.values[1]);
  for (const int i : {0, 2, 3, 4}) CHECK(harness.input_grads[0].values[i] == 0);
}

TEST_CASE("gelu: a value that something else reads as well keeps it") {
  const ir::Shape map{5, 1, 2};
  const ir::Layer gelu = with(layer("gelu", {-1}, map, map), {{"form", 0}});
  OpHarness({gelu, layer("add", {0, -1}, map, map)}, {random_tensor(2, 1, 2, 5, 4)}).check_gradients();
}

}  // namespace ampa::ops
