// relu6: min(max(x, 0), 6); a NaN stays one. The gradient passes where the output lies between the two.
#include "ir/builder.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Relu6 : public ir::Instruction {
 public:
  Relu6(ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      const float* source = x.image(image);
      float* target = out.image(image);
#pragma GCC ivdep  // in place, target is source
      for (std::int64_t i = 0; i < x.image_size(); ++i) {
        const float positive = source[i] < 0.0f ? 0.0f : source[i];
        target[i] = positive > 6.0f ? 6.0f : positive;
      }
    });
  }
};

class Relu6Gradient : public ir::Instruction {
 public:
  Relu6Gradient(ir::ValueId gradient, ir::ValueId output, ir::ValueId target)
      : Instruction({gradient, output}, {target}) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &out = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(out);
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      const float *y = out.image(image), *dy = d.image(image);
      float* dx = target.image(image);
#pragma GCC ivdep  // in place, dx is dy
      for (std::int64_t i = 0; i < out.image_size(); ++i) {
        const float gradient = dy[i];
        dx[i] = (y[i] > 0.0f) & (y[i] < 6.0f) ? gradient : 0.0f;
      }
    });
  }
};

void read(AttributeReader&, ir::Layer& layer) {
  layer.out = layer.in;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Relu6>(input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient,
                             [&](ir::ValueId target) { gradients.emit<Relu6Gradient>(gradient, output, target); });
  });
  return output;
}

}  // namespace

const Op kRelu6 = {"relu6", 1, read, expand};

}  // namespace ampa::ops
