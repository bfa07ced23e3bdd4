// relu: max(x, 0); relu6: min(max(x, 0), 6). A NaN stays one, so that divergence is seen. The gradient passes where the
// output is positive, and below 6 where that is the bound.
#include "common/element_blocks.h"
#include "ir/builder.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

template <bool kBounded>
constexpr ir::Pointwise kKind = kBounded ? ir::Pointwise::kRelu6 : ir::Pointwise::kRelu;

template <bool kBounded>
class Relu : public ir::Instruction {
 public:
  Relu(ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}) {}
  bool works_in_place() const override { return true; }
  ir::Pointwise pointwise() const override { return kKind<kBounded>; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x);
    for_each_block_of(x.size(), *context.threads, [&](std::int64_t first, std::int64_t count) {
      const float* source = x.values.data() + first;
      float* target = out.values.data() + first;
#pragma GCC ivdep  // in place, target is source
      for (std::int64_t i = 0; i < count; ++i) {
        const float positive = source[i] < 0.0f ? 0.0f : source[i];
        target[i] = kBounded && positive > 6.0f ? 6.0f : positive;
      }
    });
  }
};

template <bool kBounded>
class ReluGradient : public ir::Instruction {
 public:
  ReluGradient(ir::ValueId gradient, ir::ValueId output, ir::ValueId target)
      : Instruction({gradient, output}, {target}) {}
  ir::Pointwise pointwise() const override { return kKind<kBounded>; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &out = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(out);
    // A plain loop, because Eigen does not vectorise select().
    for_each_block_of(out.size(), *context.threads, [&](std::int64_t first, std::int64_t count) {
      const float *y = out.values.data() + first, *dy = d.values.data() + first;
      float* dx = target.values.data() + first;
#pragma GCC ivdep  // in place, dx is dy
      for (std::int64_t i = 0; i < count; ++i) {
        const float gradient = dy[i];  // read in any case: no branch
        const bool passes = kBounded ? (y[i] > 0.0f) & (y[i] < 6.0f) : y[i] > 0.0f;
        dx[i] = passes ? gradient : 0.0f;
      }
    });
  }
};

void read(AttributeReader&, ir::Layer& layer) {
  layer.out = layer.in;
}

template <bool kBounded>
ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Relu<kBounded>>(input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(
        input, gradient, [&](ir::ValueId target) { gradients.emit<ReluGradient<kBounded>>(gradient, output, target); });
  });
  return output;
}

}  // namespace

const Op kRelu = {"relu", 1, read, expand<false>};
const Op kRelu6 = {"relu6", 1, read, expand<true>};

}  // namespace ampa::ops
