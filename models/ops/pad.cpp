// pad: a map with zeros around it.
#include <algorithm>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

// Element of the larger map at which a row of the smaller one begins.
std::int64_t row_start(ir::Shape small, ir::Shape large, std::int64_t row) {
  const std::int64_t top = (large.height - small.height) / 2, left = (large.width - small.width) / 2;
  return ((row + top) * large.width + left) * large.channels;
}

class Pad : public ir::Instruction {
 public:
  Pad(const ir::Layer& layer, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), in_(layer.in), out_(layer.out) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, out_.height, out_.width, out_.channels);
    const std::int64_t row_size = in_.width * in_.channels;
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      image_array(out, image).setZero();
      for (std::int64_t row = 0; row < in_.height; ++row)
        std::copy_n(x.image(image) + row * row_size, row_size, out.image(image) + row_start(in_, out_, row));
    });
  }

 private:
  ir::Shape in_, out_;
};

class PadGradient : public ir::Instruction {
 public:
  PadGradient(const ir::Layer& layer, ir::ValueId gradient, ir::ValueId target)
      : Instruction({gradient}, {target}), in_(layer.in), out_(layer.out) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, in_.height, in_.width, in_.channels);
    const std::int64_t row_size = in_.width * in_.channels;
    context.threads->for_each_part(d.images, [&](std::int64_t image) {
      for (std::int64_t row = 0; row < in_.height; ++row)
        std::copy_n(d.image(image) + row_start(in_, out_, row), row_size, target.image(image) + row * row_size);
    });
  }

 private:
  ir::Shape in_, out_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  const YX padding = reader.pair("padding", 0, kMaxKernel);
  layer.out = {layer.in.channels, layer.in.height + 2 * padding.y, layer.in.width + 2 * padding.x};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Pad>(layer, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<PadGradient>(layer, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kPad = {"pad", 1, read, expand};

}  // namespace ampa::ops
