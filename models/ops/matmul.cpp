// matmul: products of two inputs, one for every row of the map: of (height, M, K) and (height, K, N), or with
// "transpose_b" (height, N, K), to (height, M, N). Attention scores are split_heads(q) times split_heads(k) transposed,
// its result their softmax times split_heads(v). In FP32 (rule N7 of NUMERICS.md).
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/fp32_product.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

// Of one of an image's products, C (m, n) = A (m, k) * B.
struct Geometry {
  std::int64_t count = 1, m = 1, n = 1, k = 1;
  bool transpose_b = false;
};

Geometry geometry_of(const ir::Layer& layer) {
  return {layer.out.height, layer.out.width, layer.out.channels, layer.in.channels, layer.integer("transpose_b") != 0};
}

// Runs product(thread's own memory, first element in a, in b, in the result's tensor) for every product of every image.
template <typename Product>
void for_each_product(const Geometry& g, std::int64_t images, ThreadPool& threads, const Product& product) {
  threads.for_each_part(images * g.count, [&](std::int64_t i) {
    thread_local Fp32Product memory;
    product(memory, i * g.m * g.k, i * g.n * g.k, i * g.m * g.n);
  });
}

class Multiply : public ir::Instruction {
 public:
  Multiply(const Geometry& geometry, ir::ValueId a, ir::ValueId b, ir::ValueId output)
      : Instruction({a, b}, {output}), g_(geometry) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &a = frame.at(reads()[0]), &b = frame.at(reads()[1]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(a.images, g_.count, g_.m, g_.n);
    for_each_product(g_, a.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       product.set_right(b.values.data() + in_b, g_.k, g_.n, g_.transpose_b);
                       product.multiply(a.values.data() + in_a, g_.m, false, out.values.data() + in_c);
                     });
  }

 private:
  Geometry g_;
};

// dA = dC * B transposed.
class GradientOfA : public ir::Instruction {
 public:
  GradientOfA(const Geometry& geometry, ir::ValueId gradient, ir::ValueId b, ir::ValueId target)
      : Instruction({gradient, b}, {target}), g_(geometry) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &b = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, g_.count, g_.m, g_.k);
    for_each_product(g_, d.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       product.set_right(b.values.data() + in_b, g_.n, g_.k, !g_.transpose_b);
                       product.multiply(d.values.data() + in_c, g_.m, false, target.values.data() + in_a);
                     });
  }

 private:
  Geometry g_;
};

// dB = A transposed * dC, or, of a transposed B, dC transposed * A.
class GradientOfB : public ir::Instruction {
 public:
  GradientOfB(const Geometry& geometry, ir::ValueId gradient, ir::ValueId a, ir::ValueId target)
      : Instruction({gradient, a}, {target}), g_(geometry) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &a = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    const std::int64_t rows = g_.transpose_b ? g_.n : g_.k, cols = g_.transpose_b ? g_.k : g_.n;
    target.resize(d.images, g_.count, rows, cols);
    for_each_product(g_, d.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       const float *of_a = a.values.data() + in_a, *of_c = d.values.data() + in_c;
                       product.set_right(g_.transpose_b ? of_a : of_c, g_.m, cols, false);
                       product.multiply(g_.transpose_b ? of_c : of_a, rows, true, target.values.data() + in_b);
                     });
  }

 private:
  Geometry g_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  const ir::Shape a = layer.in, b = reader.inputs()[1];
  const bool transposed = reader.flag(layer, "transpose_b", false);
  layer.out = {transposed ? b.width : b.channels, a.height, a.width};
  if (const std::int64_t depth = transposed ? b.channels : b.width; b.height != a.height || depth != a.channels)
    reader.json().fail(
        "inputs",
        fmt::format("a second input of height {} and {} {}", a.height, transposed ? "channels" : "width", a.channels),
        fmt::format("{} and {}", shown(a), shown(b)));
}

void expand_fp32(const Geometry& g, ir::ValueId a, ir::ValueId b, ir::ValueId output, ir::Builder& builder) {
  builder.emit<Multiply>(g, a, b, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(a, [&](ir::ValueId target) { gradients.emit<GradientOfA>(g, gradient, b, target); });
    gradients.write(b, [&](ir::ValueId target) { gradients.emit<GradientOfB>(g, gradient, a, target); });
  });
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId output = builder.value(layer.name, layer.out);
  expand_fp32(geometry_of(layer), inputs[0], inputs[1], output, builder);
  return output;
}

}  // namespace

const Op kMatmul = {"matmul", 2, read, expand};

}  // namespace ampa::ops
