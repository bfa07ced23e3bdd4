#include <limits>

#include "numerics/elementary32.h"
#include "op_harness.h"
#include "ops/channel_sums.h"

namespace ampa::ops {
namespace {

ir::Layer softmax(ir::Shape map, bool causal) {
  return with(layer("softmax", {-1}, map, map), {{"causal", causal ? 1 : 0}});
}

}  // namespace

TEST_CASE("T6: sums over channels take eight lanes and halve them") {
  for (const std::int64_t n : {1, 7, 8, 9, 16, 27, 100}) {
    const auto term = [](std::int64_t i) { return 1.0 / static_cast<double>(i * i + 3) + (i % 5 == 0 ? 1e8 : 0); };
    double lanes[8] = {};
    for (std::int64_t i = 0; i < n; ++i) lanes[i % 8] += term(i);
    const double expected =
        ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    CHECK(sum_over_channels(n, term) == expected);
  }
}

TEST_CASE("softmax: gradients equal finite differences") {
  OpHarness(softmax({9, 2, 3}, false), {random_tensor(2, 2, 3, 9, 1)}).check_gradients();
  OpHarness(softmax({5, 2, 5}, true), {random_tensor(2, 2, 5, 5, 1)}).check_gradients();
}

TEST_CASE("N3: softmax and its gradient are the rule's, channels that a causal one does not see are 0") {
  for (const bool causal : {false, true}) {
    OpHarness harness(softmax({11, 2, 11}, causal), {random_tensor(2, 2, 11, 11, 3)});
    harness.objective();
    harness.backward();
    for (std::int64_t position = 0; position < 2 * 2 * 11; ++position) {
      const std::int64_t n = causal ? position % 11 + 1 : 11;
      const float* x = harness.inputs[0].values.data() + position * 11;
      const float *y = harness.out.values.data() + position * 11, *dy = harness.out_grad.values.data() + position * 11;
      const float* dx = harness.input_grads[0].values.data() + position * 11;
      const float most = *std::max_element(x, x + n);
      const auto power = [&](std::int64_t c) { return numerics::exp32(x[c] - most); };
      const auto share = static_cast<float>(1 / sum_over_channels(n, [&](std::int64_t c) { return double{power(c)}; }));
      const auto mean =
          static_cast<float>(sum_over_channels(n, [&](std::int64_t c) { return double{dy[c]} * double{y[c]}; }));
      for (std::int64_t c = 0; c < 11; ++c) {
        CHECK(y[c] == (c < n ? power(c) * share : 0));
        CHECK(dx[c] == (c < n ? y[c] * (dy[c] - mean) : 0));
      }
    }
  }
}

TEST_CASE("softmax: large values do not overflow, shares sum to 1, a NaN spreads over its position only") {
  OpHarness harness(softmax({4, 1, 3}, false), {random_tensor(1, 1, 3, 4, 1)});
  harness.inputs[0].values.head(4) << 1e30f, 1e30f, -1e30f, 0;
  harness.inputs[0].values[6] = std::numeric_limits<float>::quiet_NaN();
  harness.forward();
  CHECK(harness.out.values[0] == 0.5f);
  CHECK(harness.out.values[2] == 0);
  for (const int i : {4, 5, 6, 7}) CHECK(std::isnan(harness.out.values[i]));
  CHECK(harness.out.values.tail(4).sum() == Approx(1));
}

}  // namespace ampa::ops
