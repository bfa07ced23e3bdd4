// dropout: in training every element is 0 with the given probability and grows by what keeps the mean otherwise; in
// evaluation nothing happens. Which elements are dropped follows from seed, step, tensor and element (rules R7, N5 of
// NUMERICS.md), so the backward half finds them again without a mask in memory.
#include <algorithm>
#include <cmath>

#include "common/element_blocks.h"
#include "ir/builder.h"
#include "kernels/kernels.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct Rule {
  std::uint32_t tensor = 0;
  std::uint32_t limit = 0;  // an element is kept if its 16 bits are at least this

  float factor() const { return static_cast<float>(65536.0 / (65536 - limit)); }
};

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
    for_each_block_of(x.size(), *context.threads, [&](std::int64_t first, std::int64_t count) {
      const float* const source = x.values.data() + first;
      float* const target = out.values.data() + first;
      if (context.training)
        kernels::active().drop(source, count, rule_.limit, rule_.factor(), stream, static_cast<std::uint64_t>(first),
                               target);
      else if (source != target)
        std::copy_n(source, count, target);
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
