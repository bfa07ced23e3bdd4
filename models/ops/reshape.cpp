// The elements of an image in another shape, in the order (height, width, channel) in which they lie. flatten: one
// position; tokens: a sequence of the map's positions; reshape: any extents of the same product.
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

// Forward, and of the gradient.
class Reshape : public ir::Instruction {
 public:
  Reshape(ir::Shape shape, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), shape_(shape) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, shape_.height, shape_.width, shape_.channels);
    if (&x == &out) return;
    context.threads->for_each_part(x.images,
                                   [&](std::int64_t image) { image_array(out, image) = image_array(x, image); });
  }

 private:
  ir::Shape shape_;
};

void set_shape(AttributeReader& reader, ir::Layer& layer, ir::Shape shape) {
  layer.out = shape;
  if (shape.channels > kMaxChannels)
    reader.json().fail("type", fmt::format("at most {} channels", kMaxChannels), fmt::format("{}", shape.channels));
}

void read_flatten(AttributeReader& reader, ir::Layer& layer) {
  set_shape(reader, layer, {layer.in.size(), 1, 1});
}

void read_tokens(AttributeReader&, ir::Layer& layer) {
  layer.out = {layer.in.channels, layer.in.height * layer.in.width, 1};
}

void read_reshape(AttributeReader& reader, ir::Layer& layer) {
  layer.out.channels = reader.json().integer("out_channels", 1, kMaxChannels);
  layer.out.height = reader.json().integer("height", 1, kMaxExtent);
  layer.out.width = reader.json().integer("width", 1, kMaxExtent);
  if (layer.out.size() != layer.in.size())
    reader.json().fail("out_channels", fmt::format("as many elements as the input's {}", shown(layer.in)),
                       shown(layer.out));
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::Shape shape = builder.shape(inputs[0]);
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Reshape>(layer.out, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<Reshape>(shape, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kFlatten = {"flatten", 1, read_flatten, expand};
const Op kTokens = {"tokens", 1, read_tokens, expand};
const Op kReshape = {"reshape", 1, read_reshape, expand};

}  // namespace ampa::ops
