// relu: max(x, 0); a NaN stays one, so that divergence is seen. The gradient passes where the output is positive.
#include "ir/builder.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Relu : public ir::Instruction {
 public:
  Relu(ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}) {}
  bool works_in_place() const override { return true; }
  ir::Pointwise pointwise() const override { return ir::Pointwise::kRelu; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      const float* source = x.image(image);
      float* target = out.image(image);
#pragma GCC ivdep  // in place, target is source
      for (std::int64_t i = 0; i < x.image_size(); ++i) target[i] = source[i] < 0.0f ? 0.0f : source[i];
    });
  }
};

class ReluGradient : public ir::Instruction {
 public:
  ReluGradient(ir::ValueId gradient, ir::ValueId output, ir::ValueId target)
      : Instruction({gradient, output}, {target}) {}
  ir::Pointwise pointwise() const override { return ir::Pointwise::kRelu; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    const ir::Tensor& out = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(out);
    // A plain loop, because Eigen does not vectorise select().
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      const float* y = out.image(image);
      const float* dy = d.image(image);
      float* dx = target.image(image);
#pragma GCC ivdep  // in place, dx is dy
      for (std::int64_t i = 0; i < out.image_size(); ++i) {
        const float gradient = dy[i];  // read in any case: no branch
        dx[i] = y[i] > 0.0f ? gradient : 0.0f;
      }
    });
  }
};

void read(AttributeReader&, ir::Layer& layer) {
  layer.out = layer.in;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Relu>(input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient,
                             [&](ir::ValueId target) { gradients.emit<ReluGradient>(gradient, output, target); });
  });
  return output;
}

}  // namespace

const Op kRelu = {"relu", 1, read, expand};

}  // namespace ampa::ops
