// max_pool: the largest element of each window; positions of the padding do not take part. The gradient goes to the
// first largest one in row-major order.
#include <limits>
#include <vector>

#include "ir/builder.h"
#include "numerics/elementary32.h"
#include "ops/op.h"
#include "ops/pool_window.h"

namespace ampa::ops {
namespace {

class MaxPool : public ir::Instruction {
 public:
  MaxPool(const PoolWindow& window, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), window_(window) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    const std::int64_t channels = window_.in.channels;
    out.resize(x.images, window_.out.height, window_.out.width, channels);
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      image_array(out, image).setConstant(-std::numeric_limits<float>::infinity());
      const float* source = x.image(image);
      float* target = out.image(image);
      window_.for_each_pair([&](std::int64_t o, std::int64_t i) {
        for (std::int64_t c = 0; c < channels; ++c)
          target[o + c] = source[i + c] <= target[o + c] ? target[o + c] : source[i + c];
      });
    });
  }

 private:
  PoolWindow window_;
};

class MaxPoolGradient : public ir::Instruction {
 public:
  MaxPoolGradient(const PoolWindow& window, ir::ValueId gradient, ir::ValueId input, ir::ValueId output,
                  ir::ValueId target)
      : Instruction({gradient, input, output}, {target}), window_(window) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor &d = frame.at(reads()[0]), &x = frame.at(reads()[1]), &out = frame.at(reads()[2]);
    ir::Tensor& target = frame[writes()[0]];
    const std::int64_t channels = window_.in.channels;
    target.resize(out.images, window_.in.height, window_.in.width, channels);
    const bool apart = window_.windows_tile();  // every element is written once
    context.threads->for_each_part(out.images, [&](std::int64_t image) {
      if (!apart) image_array(target, image).setZero();
      // Of the channels of an output position, whose window comes whole. Words, not bytes, and sums of 0 in place of
      // branches: so that the loop over channels can be one of vectors.
      thread_local std::vector<std::uint32_t> taken;
      std::int64_t position = -1;
      window_.for_each_pair([&](std::int64_t o, std::int64_t i) {
        if (o != position) taken.assign(static_cast<std::size_t>(channels), 0);
        position = o;
        const float *const source = x.image(image) + i, *const largest = out.image(image) + o;
        const float* const gradient = d.image(image) + o;
        float* const sum = target.image(image) + i;
        std::uint32_t* const done = taken.data();
        const auto give = [&](const auto& before) {
          for (std::int64_t c = 0; c < channels; ++c) {
            const std::uint32_t takes = source[c] == largest[c] ? ~done[c] : 0;
            sum[c] = before(c) + numerics::float_of32(numerics::bits_of32(gradient[c]) & takes);
            done[c] |= takes;
          }
        };
        if (apart)
          give([](std::int64_t) { return 0.0f; });
        else
          give([&](std::int64_t c) { return sum[c]; });
      });
    });
  }

 private:
  PoolWindow window_;
};

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const PoolWindow window = pool_window(layer);
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<MaxPool>(window, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(
        input, [&](ir::ValueId target) { gradients.emit<MaxPoolGradient>(window, gradient, input, output, target); });
  });
  return output;
}

}  // namespace

const Op kMaxPool = {"max_pool", 1, read_pool_window, expand};

}  // namespace ampa::ops
