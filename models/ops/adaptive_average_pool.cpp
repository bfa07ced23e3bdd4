// adaptive_average_pool: a map of a given size; row o is the mean of the input's rows floor(o * in / out) to
// ceil((o + 1) * in / out) - 1, and columns likewise.
#include "common/ceil_div.h"
#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct Windows {
  ir::Shape in, out;

  // Calls visit(first out element, first in element, share of the window) in row-major order of the output and of each
  // window.
  template <typename Visit>
  void for_each_pair(const Visit& visit) const {
    for (std::int64_t oy = 0; oy < out.height; ++oy)
      for (std::int64_t ox = 0; ox < out.width; ++ox) {
        const std::int64_t top = oy * in.height / out.height, bottom = ceil_div((oy + 1) * in.height, out.height);
        const std::int64_t left = ox * in.width / out.width, right = ceil_div((ox + 1) * in.width, out.width);
        const float share = 1.0f / static_cast<float>((bottom - top) * (right - left));
        for (std::int64_t y = top; y < bottom; ++y)
          for (std::int64_t x = left; x < right; ++x)
            visit((oy * out.width + ox) * out.channels, (y * in.width + x) * in.channels, share);
      }
  }
};

enum class Direction { kForward, kBackward };

// Every pair of a window adds its share from one side to the other: forward to the output, backward to the gradient of
// the input.
class AdaptivePool : public ir::Instruction {
 public:
  AdaptivePool(const Windows& windows, Direction direction, ir::ValueId from, ir::ValueId to)
      : Instruction({from}, {to}), w_(windows), is_forward_(direction == Direction::kForward) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& from = frame.at(reads()[0]);
    ir::Tensor& to = frame[writes()[0]];
    const ir::Shape& shape = is_forward_ ? w_.out : w_.in;
    to.resize(from.images, shape.height, shape.width, shape.channels);
    context.threads->for_each_part(from.images, [&](std::int64_t image) {
      image_array(to, image).setZero();
      w_.for_each_pair([&](std::int64_t o, std::int64_t i, float share) {
        const float* source = from.image(image) + (is_forward_ ? i : o);
        float* target = to.image(image) + (is_forward_ ? o : i);
        for (std::int64_t channel = 0; channel < from.channels; ++channel) target[channel] += source[channel] * share;
      });
    });
  }

 private:
  Windows w_;
  bool is_forward_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = {layer.in.channels, reader.json().integer("height", 1, kMaxExtent),
               reader.json().integer("width", 1, kMaxExtent)};
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const Windows windows{layer.in, layer.out};
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<AdaptivePool>(windows, Direction::kForward, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) {
      gradients.emit<AdaptivePool>(windows, Direction::kBackward, gradient, target);
    });
  });
  return output;
}

}  // namespace

const Op kAdaptiveAveragePool = {"adaptive_average_pool", 1, read, expand};

}  // namespace ampa::ops
