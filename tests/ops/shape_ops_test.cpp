// Ops that move elements: concat, slice_channels, flatten, tokens, reshape, split_heads, merge_heads.
#include "op_harness.h"

namespace ampa::ops {
namespace {

ir::Layer concat(std::vector<int> inputs, ir::Shape first, std::int64_t channels) {
  return layer("concat", std::move(inputs), first, {channels, first.height, first.width});
}

}  // namespace

TEST_CASE("concat: channels side by side, and gradients equal finite differences") {
  const std::vector<Tensor> inputs{random_tensor(2, 3, 2, 4, 1), random_tensor(2, 3, 2, 1, 2),
                                   random_tensor(2, 3, 2, 3, 3)};
  OpHarness harness(concat({-1, -2, -3}, {4, 3, 2}, 8), inputs);
  harness.check_gradients();
  harness.forward();
  for (std::int64_t position = 0; position < 12; ++position)
    for (std::int64_t c = 0; c < 8; ++c) {
      const float expected = c < 4   ? inputs[0].values[position * 4 + c]
                             : c < 5 ? inputs[1].values[position]
                                     : inputs[2].values[position * 3 + c - 5];
      CHECK(harness.out.values[position * 8 + c] == expected);
    }
  OpHarness(concat({-1, -1}, {4, 3, 2}, 8), {inputs[0]}).check_gradients();
  OpHarness(concat({-1}, {4, 3, 2}, 4), {inputs[0]}).check_gradients();
}

TEST_CASE("concat: inputs that other layers change in place afterwards keep their part") {
  const ir::Shape map{4, 3, 2};
  OpHarness({layer("relu", {-1}, map, map), layer("relu6", {0}, map, map), concat({0, 1, -1}, map, 12)},
            {random_tensor(2, 3, 2, 4, 1)})
      .check_gradients();
}

TEST_CASE("slice_channels: the channels from first on, and gradients equal finite differences") {
  OpHarness harness(with(layer("slice_channels", {-1}, {6, 3, 2}, {2, 3, 2}), {{"first", 3}}),
                    {random_tensor(2, 3, 2, 6, 1)});
  harness.check_gradients();
  harness.forward();
  for (std::int64_t position = 0; position < 12; ++position)
    for (std::int64_t c = 0; c < 2; ++c)
      CHECK(harness.out.values[position * 2 + c] == harness.inputs[0].values[position * 6 + 3 + c]);
}

TEST_CASE("flatten, tokens and reshape: the same elements in another shape, and gradients equal finite differences") {
  for (const ir::Layer& one :
       {layer("flatten", {-1}, {4, 3, 2}, {24, 1, 1}), layer("tokens", {-1}, {4, 3, 2}, {4, 6, 1}),
        layer("reshape", {-1}, {4, 3, 2}, {2, 1, 12})}) {
    INFO(one.op);
    OpHarness harness(one, {random_tensor(2, 3, 2, 4, 1)});
    harness.check_gradients();
    harness.forward();
    CHECK((harness.out.values == harness.inputs[0].values).all());
    CHECK(harness.out.shape() == quant::FloatShape{2, one.out.height, one.out.width, one.out.channels});
  }
}

TEST_CASE("flatten: in place behind and before layers that know their shapes") {
  const ir::Shape map{4, 3, 2}, flat{24, 1, 1};
  OpHarness harness(
      {layer("batch_norm", {-1}, map, map), layer("relu", {0}, map, map), layer("flatten", {1}, map, flat),
       layer("relu", {2}, flat, flat), layer("linear", {3}, flat, {5, 1, 1})},
      {random_tensor(3, 3, 2, 4, 1)});
  harness.fill_parameters(3);
  harness.objective();
  harness.backward();
  const Eigen::ArrayXf with_flatten = harness.input_grads[0].values, out = harness.out.values;
  OpHarness plain(
      {layer("batch_norm", {-1}, map, map), layer("relu", {0}, map, map), layer("linear", {1}, map, {5, 1, 1})},
      {random_tensor(3, 3, 2, 4, 1)});
  plain.fill_parameters(3);
  plain.objective();
  plain.backward();
  CHECK((plain.out.values == out).all());
  CHECK((plain.input_grads[0].values == with_flatten).all());
}

TEST_CASE("split_heads and merge_heads: head h takes the channels from h * d on, and one undoes the other") {
  const ir::Shape sequence{6, 5, 1}, heads{2, 3, 5};
  const ir::Layer split = with(layer("split_heads", {-1}, sequence, heads), {{"heads", 3}});
  const Tensor tokens = random_tensor(2, 5, 1, 6, 1);
  OpHarness harness(split, {tokens});
  harness.check_gradients();
  harness.forward();
  for (std::int64_t image = 0; image < 2; ++image)
    for (std::int64_t h = 0; h < 3; ++h)
      for (std::int64_t t = 0; t < 5; ++t)
        for (std::int64_t c = 0; c < 2; ++c)
          CHECK(harness.out.image(image)[(h * 5 + t) * 2 + c] == tokens.image(image)[t * 6 + h * 2 + c]);
  OpHarness(layer("merge_heads", {-1}, heads, sequence), {random_tensor(2, 3, 5, 2, 1)}).check_gradients();
  OpHarness both({split, layer("merge_heads", {0}, heads, sequence)}, {tokens});
  both.forward();
  CHECK((both.out.values == tokens.values).all());
}

}  // namespace ampa::ops
