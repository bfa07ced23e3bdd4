// average_pool: the mean over the positions of a window, those of the padding counting as zeros; global_average_pool:
// the window that covers the map.
#include "ir/builder.h"
#include "ops/op.h"
#include "ops/pool_window.h"

namespace ampa::ops {
namespace {

float share(const PoolWindow& window) {
  return 1.0f / static_cast<float>(window.kernel_height * window.kernel_width);
}

class AveragePool : public ir::Instruction {
 public:
  AveragePool(const PoolWindow& window, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), window_(window) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    const std::int64_t channels = window_.in.channels;
    out.resize(x.images, window_.out.height, window_.out.width, channels);
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      image_array(out, image).setZero();
      const float* source = x.image(image);
      float* target = out.image(image);
      window_.for_each_pair([&](std::int64_t o, std::int64_t i) {
        for (std::int64_t c = 0; c < channels; ++c) target[o + c] += source[i + c];
      });
      image_array(out, image) *= share(window_);
    });
  }

 private:
  PoolWindow window_;
};

class AveragePoolGradient : public ir::Instruction {
 public:
  AveragePoolGradient(const PoolWindow& window, ir::ValueId gradient, ir::ValueId target)
      : Instruction({gradient}, {target}), window_(window) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& d = frame.at(reads()[0]);
    ir::Tensor& target = frame[writes()[0]];
    const std::int64_t channels = window_.in.channels;
    target.resize(d.images, window_.in.height, window_.in.width, channels);
    const float factor = share(window_);
    context.threads->for_each_part(target.images, [&](std::int64_t image) {
      image_array(target, image).setZero();
      const float* from = d.image(image);
      float* to = target.image(image);
      window_.for_each_pair([&](std::int64_t o, std::int64_t i) {
        for (std::int64_t c = 0; c < channels; ++c) to[i + c] += from[o + c] * factor;
      });
    });
  }

 private:
  PoolWindow window_;
};

ir::ValueId expand_window(const ir::Layer& layer, const PoolWindow& window, ir::ValueId input, ir::Builder& builder) {
  const ir::ValueId output = builder.value(layer.name, layer.out);
  builder.emit<AveragePool>(window, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<AveragePoolGradient>(window, gradient, target); });
  });
  return output;
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  return expand_window(layer, pool_window(layer), inputs[0], builder);
}

void read_global(AttributeReader&, ir::Layer& layer) {
  layer.out = {layer.in.channels, 1, 1};
}

ir::ValueId expand_global(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  return expand_window(layer, {layer.in, layer.out, layer.in.height, layer.in.width}, inputs[0], builder);
}

}  // namespace

const Op kAveragePool = {"average_pool", 1, read_pool_window, expand};
const Op kGlobalAveragePool = {"global_average_pool", 1, read_global, expand_global};

}  // namespace ampa::ops
