// select_token: one position of a sequence, such as its class token.
#include <algorithm>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Select : public ir::Instruction {
 public:
  Select(std::int64_t index, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), index_(index) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, 1, 1, x.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      std::copy_n(x.image(image) + index_ * x.channels, x.channels, out.image(image));
    });
  }

 private:
  std::int64_t index_;
};

class SelectGradient : public ir::Instruction {
 public:
  SelectGradient(std::int64_t index, ir::Shape shape, ir::ValueId gradient, ir::ValueId target)
      : Instruction({gradient}, {target}), index_(index), shape_(shape) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, shape_.height, shape_.width, shape_.channels);
    context.threads->for_each_part(d.images, [&](std::int64_t image) {
      image_array(target, image).setZero();
      std::copy_n(d.image(image), d.channels, target.image(image) + index_ * d.channels);
    });
  }

 private:
  std::int64_t index_;
  ir::Shape shape_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  if (layer.in.width != 1) reader.json().fail("inputs", "a sequence, whose width is 1 (see tokens)", shown(layer.in));
  reader.integer(layer, "index", 0, layer.in.height - 1, 0);
  layer.out = {layer.in.channels, 1, 1};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const std::int64_t index = layer.integer("index");
  const ir::Shape sequence = layer.in;
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Select>(index, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input,
                    [&](ir::ValueId target) { gradients.emit<SelectGradient>(index, sequence, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kSelectToken = {"select_token", 1, read, expand};

}  // namespace ampa::ops
