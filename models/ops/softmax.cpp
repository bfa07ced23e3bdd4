// softmax: over the channels of every position, exp(x) / sum exp(x). With "causal", position (y, x) sees the channels 0
// to x and the others become 0, as attention scores do that may not look ahead. Rule N3 of NUMERICS.md.
#include <algorithm>

#include "ir/builder.h"
#include "kernels/activation.h"
#include "ops/attribute_reader.h"
#include "ops/channel_sums.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

// Calls visit(offset, number of channels that are seen) for every position of an image.
template <typename Visit>
void for_each_position(const quant::FloatShape& shape, bool causal, const Visit& visit) {
  for (std::int64_t y = 0; y < shape.height; ++y)
    for (std::int64_t x = 0; x < shape.width; ++x)
      visit((y * shape.width + x) * shape.channels, causal ? x + 1 : shape.channels);
}

// A NaN or an infinity among the channels makes NaNs of them all, so that divergence is seen.
void softmax(const float* x, std::int64_t n, float* y) {
  float most = x[0];
  for (std::int64_t c = 1; c < n; ++c) most = x[c] > most ? x[c] : most;
  kernels::active_activation().exp_minus(x, n, most, y);
  const auto share = static_cast<float>(1 / sum_over_channels(n, [&](std::int64_t c) { return double{y[c]}; }));
  for (std::int64_t c = 0; c < n; ++c) y[c] *= share;
}

class Softmax : public ir::Instruction {
 public:
  Softmax(bool causal, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), causal_(causal) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.shape());
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      for_each_position(x, causal_, [&](std::int64_t offset, std::int64_t seen) {
        float* const y = out.image(image) + offset;
        softmax(x.image(image) + offset, seen, y);
        std::fill(y + seen, y + x.channels, 0.0f);
      });
    });
  }

 private:
  bool causal_;
};

class SoftmaxGradient : public ir::Instruction {
 public:
  SoftmaxGradient(bool causal, ir::ValueId gradient, ir::ValueId output, ir::ValueId target)
      : Instruction({gradient, output}, {target}), causal_(causal) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &out = frame.at(reads()[1]);
    ir::Tensor& target = frame[writes()[0]];
    target.resize(out.shape());
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      for_each_position(out, causal_, [&](std::int64_t offset, std::int64_t seen) {
        const float *dy = d.image(image) + offset, *y = out.image(image) + offset;
        float* const dx = target.image(image) + offset;
        const auto mean = static_cast<float>(
            sum_over_channels(seen, [&](std::int64_t c) { return static_cast<double>(dy[c]) * y[c]; }));
        for (std::int64_t c = 0; c < seen; ++c) dx[c] = y[c] * (dy[c] - mean);
        std::fill(dx + seen, dx + out.channels, 0.0f);
      });
    });
  }

 private:
  bool causal_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  if (reader.flag(layer, "causal", false) && layer.in.width != layer.in.channels)
    reader.json().fail("causal", "an input whose width is its number of channels", shown(layer.in));
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const bool causal = layer.integer("causal") != 0;
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Softmax>(causal, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient, [&](ir::ValueId target) {
      gradients.emit<SoftmaxGradient>(causal, gradient, output, target);
    });
  });
  return output;
}

}  // namespace

const Op kSoftmax = {"softmax", 1, read, expand};

}  // namespace ampa::ops
