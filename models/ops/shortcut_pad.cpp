// shortcut_pad: the parameter-free shortcut: every stride-th position, new channels zero, half on each side.
#include <fmt/format.h>

#include <algorithm>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct Geometry {
  ir::Shape in, out;
  std::int64_t stride = 1;

  // Calls visit(input offset, output offset) of the channels of every output position.
  template <typename Visit>
  void for_each_position(const Visit& visit) const {
    const std::int64_t first = (out.channels - in.channels) / 2;
    for (std::int64_t y = 0; y < out.height; ++y)
      for (std::int64_t x = 0; x < out.width; ++x)
        visit((y * in.width + x) * stride * in.channels, (y * out.width + x) * out.channels + first);
  }
};

class Pad : public ir::Instruction {
 public:
  Pad(const Geometry& geometry, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), g_(geometry) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, g_.out.height, g_.out.width, g_.out.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      image_array(out, image).setZero();
      g_.for_each_position([&](std::int64_t from, std::int64_t to) {
        std::copy_n(x.image(image) + from, g_.in.channels, out.image(image) + to);
      });
    });
  }

 private:
  Geometry g_;
};

class PadGradient : public ir::Instruction {
 public:
  PadGradient(const Geometry& geometry, ir::ValueId gradient, ir::ValueId target)
      : Instruction({gradient}, {target}), g_(geometry) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, g_.in.height, g_.in.width, g_.in.channels);
    context.threads->for_each_part(target.images, [&](std::int64_t image) {
      image_array(target, image).setZero();
      g_.for_each_position([&](std::int64_t from, std::int64_t to) {
        std::copy_n(d.image(image) + to, g_.in.channels, target.image(image) + from);
      });
    });
  }

 private:
  Geometry g_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.stride = reader.json().integer("stride", 1, kMaxStride);
  layer.out.channels = reader.width("out_channels");
  const std::int64_t added = layer.out.channels - layer.in.channels;
  if (added < 0 || added % 2 != 0)
    reader.json().fail("out_channels",
                       fmt::format("the input's {} channels and an even number more", layer.in.channels),
                       fmt::format("{}", layer.out.channels));
  layer.out.height = (layer.in.height - 1) / layer.stride + 1;
  layer.out.width = (layer.in.width - 1) / layer.stride + 1;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const Geometry geometry{layer.in, layer.out, layer.stride};
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Pad>(geometry, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<PadGradient>(geometry, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kShortcutPad = {"shortcut_pad", 1, read, expand};

}  // namespace ampa::ops
