// dropout: in training every element is 0 with the given probability and grows by what keeps the mean otherwise; in
// evaluation nothing happens. Which elements are dropped follows from seed, step, tensor and element (rules R7, N5 of
// NUMERICS.md), so the backward half finds them again without a mask in memory.
#include <cmath>

#include "ir/builder.h"
#include "numerics/random_stream.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct Rule {
  std::uint32_t tensor = 0;
  std::uint32_t limit = 0;  // an element is kept if its 16 bits are at least this

  float factor() const { return static_cast<float>(65536.0 / (65536 - limit)); }
};

// Writes `n` elements whose first has the number `first` in its tensor.
void drop(const Rule& rule, const numerics::RandomStream& stream, std::int64_t first, std::int64_t n,
          const float* source, float* target) {
  const float factor = rule.factor();
  for (std::int64_t i = 0; i < n;) {
    const auto element = static_cast<std::uint64_t>(first + i);
    const numerics::PhiloxCounter block = stream.block(element / 8);
    const std::int64_t end = std::min(n, i + 8 - static_cast<std::int64_t>(element % 8));
    for (std::uint64_t place = element % 8; i < end; ++i, ++place) {
      const std::uint32_t bits = (block[place / 2] >> (16 * (place % 2))) & 0xFFFFu;
      target[i] = bits < rule.limit ? 0.0f : source[i] * factor;
    }
  }
}

// Forward, and of the gradient.
class Drop : public ir::Instruction {
 public:
  Drop(const Rule& rule, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), rule_(rule) {}
  bool works_in_place() const override { return true; }

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.shape());
    const numerics::RandomStream stream{context.seed, static_cast<std::uint32_t>(context.step), rule_.tensor};
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      if (context.training)
        drop(rule_, stream, image * x.image_size(), x.image_size(), x.image(image), out.image(image));
      else if (&x != &out)
        image_array(out, image) = image_array(x, image);
    });
  }

 private:
  Rule rule_;
};

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  reader.number(layer, "probability", NumberRange::below(0, 1), 0.5);
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const auto limit = static_cast<std::uint32_t>(std::min(std::nearbyint(layer.number("probability") * 65536), 65535.0));
  const Rule rule{builder.random_tensor(), limit};
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Drop>(rule, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write_in_place(input, gradient,
                             [&](ir::ValueId target) { gradients.emit<Drop>(rule, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kDropout = {"dropout", 1, read, expand};

}  // namespace ampa::ops
