// add: the sum of two inputs of one shape.
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Add : public ir::Instruction {
 public:
  Add(ir::ValueId a, ir::ValueId b, ir::ValueId output) : Instruction({a, b}, {output}) {}
  ir::Pointwise pointwise() const override { return ir::Pointwise::kAdd; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &a = frame.at(reads()[0]), &b = frame.at(reads()[1]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(a);
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      image_array(out, image) = image_array(a, image) + image_array(b, image);
    });
  }
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  if (const ir::Shape second = reader.inputs()[1]; second != layer.in)
    reader.json().fail("inputs", "two inputs of one shape", fmt::format("{} and {}", shown(layer.in), shown(second)));
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId output = builder.value(layer.name, layer.out);
  builder.emit<Add>(inputs[0], inputs[1], output);
  builder.backward(output, [inputs](ir::Gradients& gradients, ir::ValueId gradient) {
    for (const ir::ValueId input : inputs) gradients.pass(input, gradient);
  });
  return output;
}

}  // namespace

const Op kAdd = {"add", 2, read, expand};

}  // namespace ampa::ops
