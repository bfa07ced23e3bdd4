// matmul: products of two inputs, one for every row of the map: of (height, M, K) and (height, K, N), or with
// "transpose_b" (height, N, K), to (height, M, N). Attention scores are split_heads(q) times split_heads(k) transposed,
// its result their softmax times split_heads(v). In FP32 (rule N7 of NUMERICS.md), or on codes (J3) if the layer is
// quantized.
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/fp32_product.h"
#include "ops/integer_product.h"
#include "ops/op.h"
#include "ops/table.h"

namespace ampa::ops {
namespace {

// Of one image.
gemm::ProductShape shape_of(const ir::Layer& layer) {
  return {
      1, layer.out.height, layer.out.width, layer.out.channels, layer.in.channels, layer.integer("transpose_b") != 0};
}

GemmSize gemm_size(const ir::Layer& layer) {
  return {shape_of(layer).macs(), 0, layer.in.channels};
}

// Runs product(thread's own memory, first element in a, in b, in the result's tensor) for every product of every image.
template <typename Product>
void for_each_product(const gemm::ProductShape& g, std::int64_t images, ThreadPool& threads, const Product& product) {
  threads.for_each_part(images * g.count, [&](std::int64_t i) {
    thread_local Fp32Product memory;
    product(memory, i * g.rows * g.depth, i * g.cols * g.depth, i * g.rows * g.cols);
  });
}

class Multiply : public ir::Instruction {
 public:
  Multiply(const gemm::ProductShape& shape, ir::ValueId a, ir::ValueId b, ir::ValueId output)
      : Instruction({a, b}, {output}), g_(shape) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &a = frame.at(reads()[0]), &b = frame.at(reads()[1]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(a.images, g_.count, g_.rows, g_.cols);
    for_each_product(g_, a.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       product.set_right(b.values.data() + in_b, g_.depth, g_.cols, g_.transposed_b);
                       product.multiply(a.values.data() + in_a, g_.rows, false, out.values.data() + in_c);
                     });
  }

 private:
  gemm::ProductShape g_;
};

// dA = dC * B transposed.
class GradientOfA : public ir::Instruction {
 public:
  GradientOfA(const gemm::ProductShape& shape, ir::ValueId gradient, ir::ValueId b, ir::ValueId target)
      : Instruction({gradient, b}, {target}), g_(shape) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &b = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, g_.count, g_.rows, g_.depth);
    for_each_product(g_, d.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       product.set_right(b.values.data() + in_b, g_.cols, g_.depth, !g_.transposed_b);
                       product.multiply(d.values.data() + in_c, g_.rows, false, target.values.data() + in_a);
                     });
  }

 private:
  gemm::ProductShape g_;
};

// dB = A transposed * dC, or, of a transposed B, dC transposed * A.
class GradientOfB : public ir::Instruction {
 public:
  GradientOfB(const gemm::ProductShape& shape, ir::ValueId gradient, ir::ValueId a, ir::ValueId target)
      : Instruction({gradient, a}, {target}), g_(shape) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &a = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    const std::int64_t rows = g_.transposed_b ? g_.cols : g_.depth, cols = g_.transposed_b ? g_.depth : g_.cols;
    target.resize(d.images, g_.count, rows, cols);
    for_each_product(g_, d.images, *context.threads,
                     [&](Fp32Product& product, std::int64_t in_a, std::int64_t in_b, std::int64_t in_c) {
                       const float *of_a = a.values.data() + in_a, *of_c = d.values.data() + in_c;
                       product.set_right(g_.transposed_b ? of_a : of_c, g_.rows, cols, false);
                       product.multiply(g_.transposed_b ? of_c : of_a, rows, true, target.values.data() + in_b);
                     });
  }

 private:
  gemm::ProductShape g_;
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

void expand_fp32(const gemm::ProductShape& g, ir::ValueId a, ir::ValueId b, ir::ValueId output, ir::Builder& builder) {
  builder.emit<Multiply>(g, a, b, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(a, [&](ir::ValueId target) { gradients.emit<GradientOfA>(g, gradient, b, target); });
    gradients.write(b, [&](ir::ValueId target) { gradients.emit<GradientOfB>(g, gradient, a, target); });
  });
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId output = builder.value(layer.name, layer.out);
  if (ir::QuantizedLayer* const sites = builder.quantized_layer(layer))
    expand_integer_product(*sites, shape_of(layer), macs(layer), {inputs[0], inputs[1], output}, builder);
  else
    expand_fp32(shape_of(layer), inputs[0], inputs[1], output, builder);
  return output;
}

}  // namespace

const Op kMatmul = {"matmul", 2, read, expand, gemm_size, 0, QuantizedKey::kOff};

}  // namespace ampa::ops
