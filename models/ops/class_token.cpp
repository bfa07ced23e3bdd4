// class_token: a sequence with a token before it that is a parameter, the same for every image. Rule T7 of NUMERICS.md.
#include <fmt/format.h>

#include <algorithm>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/channel_sums.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

class Prepend : public ir::Instruction {
 public:
  Prepend(const ir::Parameter& token, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), token_(token) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, x.height + 1, 1, x.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      std::copy_n(x.image(image), x.image_size(), std::copy_n(token_.value.data(), x.channels, out.image(image)));
    });
  }

 private:
  const ir::Parameter& token_;
};

class RestGradient : public ir::Instruction {
 public:
  RestGradient(ir::ValueId gradient, ir::ValueId target) : Instruction({gradient}, {target}) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(d.images, d.height - 1, 1, d.channels);
    context.threads->for_each_part(d.images, [&](std::int64_t image) {
      std::copy_n(d.image(image) + d.channels, target.image_size(), target.image(image));
    });
  }
};

class TokenGradient : public ir::Instruction {
 public:
  TokenGradient(ir::Parameter& token, ir::ValueId gradient) : Instruction({gradient}, {}), token_(token) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    sum_over_images(d.images, *context.threads, token_.gradient,
                    [&](std::int64_t image, double* sums) { std::copy_n(d.image(image), d.channels, sums); });
  }

 private:
  ir::Parameter& token_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  if (layer.in.width != 1) reader.json().fail("inputs", "a sequence, whose width is 1 (see tokens)", shown(layer.in));
  layer.out = layer.in;
  ++layer.out.height;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  ir::Parameter& token = builder.parameter(layer.name + ".token", {layer.in.channels});
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Prepend>(token, input, output);
  builder.backward(output, [=, &token](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.emit<TokenGradient>(token, gradient);
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<RestGradient>(gradient, target); });
  });
  return output;
}

}  // namespace

// A standard deviation of 0.02.
const Op kClassToken = {"class_token", 1, read, expand, nullptr, 0.0012};

}  // namespace ampa::ops
