#include "op_harness.h"

namespace ampa::ops {

TEST_CASE("max and average pooling: gradients equal finite differences") {
  for (const ir::Layer& pool :
       {layer("max_pool", {-1}, {3, 6, 4}, {3, 3, 2}, 2, 2), layer("max_pool", {-1}, {2, 7, 7}, {2, 4, 4}, 3, 2, 1),
        layer("average_pool", {-1}, {3, 6, 4}, {3, 3, 2}, 2, 2),
        layer("average_pool", {-1}, {2, 7, 7}, {2, 4, 4}, 3, 2, 1),
        layer("global_average_pool", {-1}, {3, 4, 5}, {3, 1, 1})}) {
    INFO(pool.op);
    // Spread the values: the largest of a window leads by more than the difference step.
    Tensor input = random_tensor(2, pool.in.height, pool.in.width, pool.in.channels, 1);
    for (std::int64_t i = 0; i < input.size(); ++i)
      input.values[i] = 0.05f * static_cast<float>((i * 37) % input.size());
    OpHarness(pool, {input}).check_gradients();
  }
}

TEST_CASE("pooling: known results with padding") {
  Tensor map;
  map.resize(1, 2, 2, 1);
  map.values << -1, -2, -3, -4;
  OpHarness max(layer("max_pool", {-1}, {1, 2, 2}, {1, 1, 1}, 3, 2, 1), {map});
  max.forward();
  CHECK(max.out.values[0] == -1);  // padding takes no part
  OpHarness average(layer("average_pool", {-1}, {1, 2, 2}, {1, 1, 1}, 3, 2, 1), {map});
  average.forward();
  CHECK(average.out.values[0] == Approx(-10.0 / 9));  // padding counts as zeros
}

TEST_CASE("max pooling: of equal elements the first takes the gradient") {
  Tensor map;
  map.resize(1, 2, 2, 1);
  map.values << 1, 2, 2, 2;
  OpHarness harness(layer("max_pool", {-1}, {1, 2, 2}, {1, 1, 1}, 2, 2), {map});
  harness.objective();
  harness.backward();
  CHECK(harness.input_grads[0].values[1] == harness.out_grad.values[0]);
  CHECK(harness.input_grads[0].values[2] == 0);
  CHECK(harness.input_grads[0].values[3] == 0);
}

}  // namespace ampa::ops
