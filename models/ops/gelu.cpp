// gelu: x * Phi(x) with the normal distribution Phi (Hendrycks and Gimpel 2016), by the error function or by their
// approximation with tanh. Rules N1 and N2 of NUMERICS.md.
#include "ir/builder.h"
#include "kernels/activation.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

using kernels::Gelu;

class GeluForward : public ir::Instruction {
 public:
  GeluForward(Gelu form, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), form_(form) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      kernels::active_activation().gelu(x.image(image), x.image_size(), form_, out.image(image));
    });
  }

 private:
  Gelu form_;
};

class GeluGradient : public ir::Instruction {
 public:
  GeluGradient(Gelu form, ir::ValueId gradient, ir::ValueId input, ir::ValueId target)
      : Instruction({gradient, input}, {target}), form_(form) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &x = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(x);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      kernels::active_activation().gelu_gradient(d.image(image), x.image(image), x.image_size(), form_,
                                                 target.image(image));
    });
  }

 private:
  Gelu form_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.choice(layer, "form", {"erf", "tanh"});
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const Gelu form = layer.integer("form") == 0 ? Gelu::kErf : Gelu::kTanh;
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<GeluForward>(form, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient,
                             [&](ir::ValueId target) { gradients.emit<GeluGradient>(form, gradient, input, target); });
  });
  return output;
}

}  // namespace

const Op kGelu = {"gelu", 1, read, expand};

}  // namespace ampa::ops
