#include "kernels/kernels.h"
#include "op_harness.h"

namespace ampa::ops {
namespace {

// (height, m, k) times (height, k, n), or (height, n, k).
ir::Layer matmul(std::vector<int> inputs, std::int64_t height, std::int64_t m, std::int64_t k, std::int64_t n,
                 bool transpose_b) {
  return with(layer("matmul", std::move(inputs), {k, height, m}, {n, height, m}),
              {{"transpose_b", transpose_b ? 1 : 0}});
}

// Attention of T tokens with D channels and H heads: queries, keys and values are inputs -1, -2 and -3.
std::vector<ir::Layer> attention(std::int64_t tokens, std::int64_t width, std::int64_t heads, bool causal) {
  const ir::Shape sequence{width, tokens, 1}, split{width / heads, heads, tokens}, scores{tokens, heads, tokens};
  std::vector<ir::Layer> layers;
  for (const int input : {-1, -2, -3})
    layers.push_back(with(layer("split_heads", {input}, sequence, split), {{"heads", static_cast<double>(heads)}}));
  layers.push_back(matmul({0, 1}, heads, tokens, width / heads, tokens, true));
  layers.push_back(with(layer("scale", {3}, scores, scores), {{"factor", 0.75}}));
  layers.push_back(with(layer("softmax", {4}, scores, scores), {{"causal", causal ? 1 : 0}}));
  layers.push_back(matmul({5, 2}, heads, tokens, tokens, width / heads, false));
  layers.push_back(layer("merge_heads", {6}, split, sequence));
  return layers;
}

std::vector<Tensor> sequences(std::int64_t images, std::int64_t tokens, std::int64_t width) {
  return {random_tensor(images, tokens, 1, width, 1), random_tensor(images, tokens, 1, width, 2),
          random_tensor(images, tokens, 1, width, 3)};
}

}  // namespace

TEST_CASE("matmul: gradients equal finite differences") {
  OpHarness(matmul({-1, -2}, 2, 3, 5, 4, false), {random_tensor(2, 2, 3, 5, 1), random_tensor(2, 2, 5, 4, 2)})
      .check_gradients();
  OpHarness(matmul({-1, -2}, 2, 3, 5, 4, true), {random_tensor(2, 2, 3, 5, 1), random_tensor(2, 2, 4, 5, 2)})
      .check_gradients();
  OpHarness(matmul({-1, -1}, 2, 3, 5, 3, true), {random_tensor(2, 2, 3, 5, 1)}).check_gradients();
}

TEST_CASE("N7: the sums of matmul, forward and backward, add in ascending depth") {
  for (const bool transposed : {false, true}) {
    const std::int64_t m = 9, k = 33, n = 18, count = 6;  // 3 images of 2 products
    OpHarness harness(
        matmul({-1, -2}, 2, m, k, n, transposed),
        {random_tensor(3, 2, m, k, 1), transposed ? random_tensor(3, 2, n, k, 2) : random_tensor(3, 2, k, n, 2)});
    harness.objective();
    harness.backward();
    for (std::int64_t product = 0; product < count; ++product) {
      const float *a = harness.inputs[0].values.data() + product * m * k,
                  *b = harness.inputs[1].values.data() + product * k * n;
      const float *c = harness.out.values.data() + product * m * n,
                  *dc = harness.out_grad.values.data() + product * m * n;
      const float* da = harness.input_grads[0].values.data() + product * m * k;
      const float* db = harness.input_grads[1].values.data() + product * k * n;
      const auto at_b = [&](std::int64_t kk, std::int64_t nn) { return transposed ? nn * k + kk : kk * n + nn; };
      const auto sum = [](std::int64_t depth, const auto& term) {
        float total = 0;
        for (std::int64_t i = 0; i < depth; ++i) total += term(i);
        return total;
      };
      bool equal = true;
      for (std::int64_t mm = 0; mm < m; ++mm)
        for (std::int64_t nn = 0; nn < n; ++nn)
          equal = equal && c[mm * n + nn] == sum(k, [&](std::int64_t i) { return a[mm * k + i] * b[at_b(i, nn)]; });
      for (std::int64_t mm = 0; mm < m; ++mm)
        for (std::int64_t kk = 0; kk < k; ++kk)
          equal = equal && da[mm * k + kk] == sum(n, [&](std::int64_t i) { return dc[mm * n + i] * b[at_b(kk, i)]; });
      for (std::int64_t nn = 0; nn < n; ++nn)
        for (std::int64_t kk = 0; kk < k; ++kk)
          equal = equal && db[at_b(kk, nn)] == sum(m, [&](std::int64_t i) { return a[i * k + kk] * dc[i * n + nn]; });
      CHECK(equal);
    }
  }
}

TEST_CASE("attention of these ops: gradients equal finite differences") {
  OpHarness(attention(4, 6, 2, false), sequences(2, 4, 6)).check_gradients();
  OpHarness(attention(4, 6, 3, true), sequences(2, 4, 6)).check_gradients();
}

TEST_CASE("attention: it is softmax(0.75 Q K^T) V of every head; a causal token does not see later ones") {
  OpHarness harness(attention(5, 6, 2, true), sequences(1, 5, 6));
  harness.forward();
  const float *q = harness.inputs[0].values.data(), *k = harness.inputs[1].values.data(),
              *v = harness.inputs[2].values.data();
  for (int head = 0; head < 2; ++head)
    for (int t = 0; t < 5; ++t) {
      std::vector<double> power;
      double total = 0;
      for (int s = 0; s <= t; ++s) {
        double score = 0;
        for (int c = 3 * head; c < 3 * head + 3; ++c) score += double{q[t * 6 + c]} * k[s * 6 + c];
        power.push_back(std::exp(0.75 * score));
        total += power.back();
      }
      for (int c = 3 * head; c < 3 * head + 3; ++c) {
        double expected = 0;
        for (int s = 0; s <= t; ++s) expected += power[static_cast<std::size_t>(s)] / total * v[s * 6 + c];
        CHECK(harness.out.values[t * 6 + c] == Approx(expected).margin(1e-6));
      }
    }
  const Eigen::ArrayXf before = harness.out.values;
  for (std::size_t i = 1; i < 3; ++i) harness.inputs[i].values.tail(6) += 1.0f;  // the last key and value
  harness.forward();
  CHECK((harness.out.values.head(24) == before.head(24)).all());
  CHECK((harness.out.values.tail(6) != before.tail(6)).any());
}

TEST_CASE("attention: the same bits on every instruction set and with any number of threads") {
  std::vector<Eigen::ArrayXf> expected;
  for (const std::string& isa : kernels::available()) {
    kernels::select(isa);
    for (const int num_threads : {1, 3}) {
      OpHarness harness(attention(19, 24, 3, false), sequences(3, 19, 24));
      ThreadPool threads(num_threads);
      harness.context.threads = &threads;
      harness.objective();
      harness.backward();
      std::vector<Eigen::ArrayXf> found{harness.out.values};
      for (const Tensor& gradient : harness.input_grads) found.push_back(gradient.values);
      if (expected.empty()) expected = found;
      INFO(isa << ", " << num_threads << " threads");
      for (std::size_t i = 0; i < found.size(); ++i) CHECK((found[i] == expected[i]).all());
    }
  }
  kernels::select("auto");
}

}  // namespace ampa::ops
