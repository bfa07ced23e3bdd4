#include "nn/pooling.h"

#include "layer_harness.h"

namespace ampa::nn {

TEST_CASE("max and average pooling: gradients equal finite differences") {
  const PoolGeometry two{{3, 6, 4}, {3, 3, 2}, 2, 2, 2, 0};
  const PoolGeometry three{{2, 7, 7}, {2, 4, 4}, 3, 3, 2, 1};
  const PoolGeometry global{{3, 4, 5}, {3, 1, 1}, 4, 5, 1, 0};
  for (const PoolGeometry& geometry : {two, three, global}) {
    // Spread the values: the largest of a window leads by more than the difference step.
    Tensor input = random_tensor(2, geometry.in.height, geometry.in.width, geometry.in.channels, 1);
    for (std::int64_t i = 0; i < input.size(); ++i)
      input.values[i] = 0.05f * static_cast<float>((i * 37) % input.size());
    MaxPool max(geometry);
    LayerHarness(max, {input}).check_gradients();
    AveragePool average(geometry);
    LayerHarness(average, {input}).check_gradients();
  }
}

TEST_CASE("pooling: known results with padding") {
  Tensor map;
  map.resize(1, 2, 2, 1);
  map.values << -1, -2, -3, -4;
  const PoolGeometry geometry{{1, 2, 2}, {1, 1, 1}, 3, 3, 2, 1};
  MaxPool max(geometry);
  LayerHarness max_harness(max, {map});
  max_harness.forward();
  CHECK(max_harness.out.values[0] == -1);  // padding takes no part
  AveragePool average(geometry);
  LayerHarness average_harness(average, {map});
  average_harness.forward();
  CHECK(average_harness.out.values[0] == Approx(-10.0 / 9));  // padding counts as zeros
}

TEST_CASE("max pooling: of equal elements the first takes the gradient") {
  Tensor map;
  map.resize(1, 2, 2, 1);
  map.values << 1, 2, 2, 2;
  MaxPool max({{1, 2, 2}, {1, 1, 1}, 2, 2, 2, 0});
  LayerHarness harness(max, {map});
  harness.objective();
  harness.backward();
  CHECK(harness.input_grads[0].values[1] == harness.out_grad.values[0]);
  CHECK(harness.input_grads[0].values[2] == 0);
  CHECK(harness.input_grads[0].values[3] == 0);
}

}  // namespace ampa::nn
