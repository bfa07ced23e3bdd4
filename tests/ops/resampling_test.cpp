// upsample and adaptive_average_pool.
#include "op_harness.h"

namespace ampa::ops {
namespace {

ir::Layer upsample(ir::Shape in, std::int64_t factor, int mode, int align_corners = 0) {
  return with(layer("upsample", {-1}, in, {in.channels, in.height * factor, in.width * factor}),
              {{"factor", static_cast<double>(factor)}, {"mode", mode}, {"align_corners", align_corners}});
}

Tensor line(std::initializer_list<float> values) {
  Tensor tensor;
  tensor.resize(1, static_cast<std::int64_t>(values.size()), 1, 1);
  std::copy(values.begin(), values.end(), tensor.values.data());
  return tensor;
}

}  // namespace

TEST_CASE("upsample: gradients equal finite differences") {
  for (const std::int64_t factor : {2, 3})
    for (const int mode : {0, 1, 2})
      OpHarness(upsample({3, 4, 5}, factor, mode > 0, mode > 1), {random_tensor(2, 4, 5, 3, 1)}).check_gradients();
  OpHarness(upsample({3, 1, 2}, 2, 1, 1), {random_tensor(2, 1, 2, 3, 1)}).check_gradients();
}

TEST_CASE("upsample: known results") {
  OpHarness nearest(upsample({1, 2, 1}, 2, 0), {line({1, 5})});
  nearest.forward();
  for (int x = 0; x < 2; ++x)
    for (int y = 0; y < 4; ++y) CHECK(nearest.out.values[2 * y + x] == (y < 2 ? 1 : 5));
  // As torch.nn.Upsample(scale_factor=2, mode="bilinear") of the column 1, 5, 9: a quarter of the way at the ends.
  OpHarness bilinear(upsample({1, 3, 1}, 2, 1), {line({1, 5, 9})});
  bilinear.forward();
  const float expected[] = {1, 2, 4, 6, 8, 9};
  for (int y = 0; y < 6; ++y) CHECK(bilinear.out.values[2 * y] == expected[y]);
  OpHarness corners(upsample({1, 3, 1}, 2, 1, 1), {line({1, 5, 9})});  // with align_corners=True
  corners.forward();
  for (int y = 0; y < 6; ++y) CHECK(corners.out.values[2 * y] == Approx(1 + 8.0 * y / 5));
}

TEST_CASE("N6: bilinear sums and their gradients in the rule's order") {
  const std::int64_t height = 3, width = 4;
  OpHarness harness(upsample({1, height, width}, 2, 1), {random_tensor(1, height, width, 1, 6)});
  harness.objective();
  harness.backward();
  std::vector<float> dx(12, 0.0f);
  const auto lows = [](std::int64_t o) { return std::max<std::int64_t>(0, (o - 1) / 2); };
  const auto share = [](std::int64_t o) { return o == 0 ? 0.0f : o % 2 == 1 ? 0.25f : 0.75f; };
  for (std::int64_t oy = 0; oy < 2 * height; ++oy)
    for (std::int64_t ox = 0; ox < 2 * width; ++ox) {
      std::vector<float> terms;
      for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 2; ++x) {
          const std::int64_t iy = lows(oy) + y, ix = lows(ox) + x;
          if ((y == 1 && (share(oy) == 0 || iy == height)) || (x == 1 && (share(ox) == 0 || ix == width))) continue;
          const bool last_row = lows(oy) + 1 == height, last_column = lows(ox) + 1 == width;
          const float wy = last_row ? 1 : y == 1 ? share(oy) : 1 - share(oy);
          const float wx = last_column ? 1 : x == 1 ? share(ox) : 1 - share(ox);
          const float weight = wy * wx;
          terms.push_back(harness.inputs[0].values[iy * width + ix] * weight);
          dx[static_cast<std::size_t>(iy * width + ix)] += harness.out_grad.values[oy * 2 * width + ox] * weight;
        }
      float sum = terms[0];
      for (std::size_t i = 1; i < terms.size(); ++i) sum += terms[i];
      CHECK(harness.out.values[oy * 2 * width + ox] == sum);
    }
  for (std::size_t i = 0; i < 12; ++i) CHECK(harness.input_grads[0].values[static_cast<Eigen::Index>(i)] == dx[i]);
}

TEST_CASE("adaptive_average_pool: gradients equal finite differences, also where windows overlap or repeat") {
  for (const ir::Shape out : {ir::Shape{3, 2, 2}, ir::Shape{3, 3, 4}, ir::Shape{3, 7, 7}, ir::Shape{3, 1, 1}})
    OpHarness(layer("adaptive_average_pool", {-1}, {3, 5, 6}, out), {random_tensor(2, 5, 6, 3, 1)}).check_gradients();
}

TEST_CASE("adaptive_average_pool: known results") {
  OpHarness harness(layer("adaptive_average_pool", {-1}, {1, 5, 1}, {1, 3, 1}), {line({1, 2, 4, 8, 16})});
  harness.forward();  // rows 0 to 1, 1 to 3, 3 to 4
  CHECK(harness.out.values[0] == 1.5f);
  CHECK(harness.out.values[1] == Approx(14.0 / 3));
  CHECK(harness.out.values[2] == 12);
}

}  // namespace ampa::ops
