#include "nn/fp32_conv.h"

#include "layer_harness.h"

namespace ampa::nn {
namespace {

networks::Shape conv_out(networks::Shape in, std::int64_t channels, std::int64_t k, std::int64_t s, std::int64_t p) {
  return {channels, (in.height + 2 * p - k) / s + 1, (in.width + 2 * p - k) / s + 1};
}

void fill_parameters(Layer& layer) {
  std::uint32_t index = 50;
  for (Parameter* parameter : layer.parameters())
    parameter->value = random_tensor(parameter->value.size(), 1, 1, 1, index++).values;
}

}  // namespace

TEST_CASE("fp32 convolution: gradients equal finite differences for every kernel, stride and padding") {
  struct Case {
    networks::Shape in;
    std::int64_t out_channels, kernel, stride, padding;
  };
  for (const Case& c : {Case{{3, 6, 5}, 4, 3, 1, 1}, Case{{2, 7, 8}, 5, 3, 2, 1}, Case{{3, 6, 6}, 2, 3, 2, 1},
                        Case{{4, 5, 5}, 3, 1, 1, 0}, Case{{4, 6, 6}, 3, 1, 2, 0}, Case{{2, 6, 6}, 3, 5, 1, 2},
                        Case{{3, 5, 5}, 2, 2, 1, 0}}) {
    INFO("kernel " << c.kernel << " stride " << c.stride << " padding " << c.padding);
    Fp32Conv layer("conv", {c.in, conv_out(c.in, c.out_channels, c.kernel, c.stride, c.padding), c.kernel, c.stride, c.padding},
                   false);
    fill_parameters(layer);
    LayerHarness(layer, {random_tensor(2, c.in.height, c.in.width, c.in.channels, 1)}).check_gradients();
  }
}

TEST_CASE("linear layer: gradients of input, weights and bias equal finite differences") {
  Fp32Conv layer("fc", {{24, 1, 1}, {7, 1, 1}, 1, 1, 0}, true);
  fill_parameters(layer);
  LayerHarness(layer, {random_tensor(5, 2, 3, 4, 1)}).check_gradients();
}

TEST_CASE("fp32 convolution: a known result") {
  // One 3x3 map of 1..9 under a kernel of ones with padding 1: each output is the sum of its neighbourhood.
  Fp32Conv layer("conv", {{1, 3, 3}, {1, 3, 3}, 3, 1, 1}, false);
  layer.parameters()[0]->value.setOnes();
  Tensor map;
  map.resize(1, 3, 3, 1);
  for (int i = 0; i < 9; ++i) map.values[i] = static_cast<float>(i + 1);
  LayerHarness harness(layer, {map});
  harness.forward();
  Eigen::ArrayXf expected(9);
  expected << 12, 21, 16, 27, 45, 33, 24, 39, 28;
  CHECK((harness.out.values == expected).all());
}

}  // namespace ampa::nn
