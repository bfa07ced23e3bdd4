// scale: every element times one number, such as 1 / sqrt(d) of attention scores.
#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Scale : public ir::Instruction {
 public:
  Scale(float factor, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), factor_(factor) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.shape());
    context.threads->for_each_part(
        x.images, [&](std::int64_t image) { image_array(out, image) = image_array(x, image) * factor_; });
  }

 private:
  float factor_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.number(layer, "factor", {-1e6, 1e6});
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const auto factor = static_cast<float>(layer.number("factor"));
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Scale>(factor, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient,
                             [&](ir::ValueId target) { gradients.emit<Scale>(factor, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kScale = {"scale", 1, read, expand};

}  // namespace ampa::ops
