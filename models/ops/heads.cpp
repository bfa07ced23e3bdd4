// split_heads: a sequence of T tokens with H * d channels as H sequences of T tokens with d channels, (H, T, d), which
// is what matmul multiplies head by head; head h takes the channels from h * d on. merge_heads: the way back.
#include <algorithm>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

struct Heads {
  std::int64_t heads = 1, tokens = 1, channels = 1;  // channels of a head

  // Calls visit(offset in the sequence, offset among the heads) for the first channel of every head of every token.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (std::int64_t head = 0; head < heads; ++head)
      for (std::int64_t token = 0; token < tokens; ++token)
        visit((token * heads + head) * channels, (head * tokens + token) * channels);
  }
};

class Split : public ir::Instruction {
 public:
  Split(const Heads& heads, ir::ValueId input, ir::ValueId output) : Instruction({input}, {output}), h_(heads) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, h_.heads, h_.tokens, h_.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      h_.for_each([&](std::int64_t in_sequence, std::int64_t in_heads) {
        std::copy_n(x.image(image) + in_sequence, h_.channels, out.image(image) + in_heads);
      });
    });
  }

 private:
  Heads h_;
};

class Merge : public ir::Instruction {
 public:
  // `shape` is that of the sequence.
  Merge(const Heads& heads, ir::Shape shape, ir::ValueId input, ir::ValueId output)
      : Instruction({input}, {output}), h_(heads), shape_(shape) {}

  void run(ir::Frame& frame, ir::StepContext& context) override {
    const ir::Tensor& x = frame.at(reads()[0]);
    ir::Tensor& out = frame[writes()[0]];
    out.resize(x.images, shape_.height, shape_.width, shape_.channels);
    context.threads->for_each_part(x.images, [&](std::int64_t image) {
      h_.for_each([&](std::int64_t in_sequence, std::int64_t in_heads) {
        std::copy_n(x.image(image) + in_heads, h_.channels, out.image(image) + in_sequence);
      });
    });
  }

 private:
  Heads h_;
  ir::Shape shape_;
};

void read_split(AttributeReader& reader, ir::Layer& layer) {
  const std::int64_t heads = reader.integer(layer, "heads", 1, layer.in.channels);
  if (layer.in.channels % heads != 0)
    reader.json().fail("heads", "a divisor of the input's " + std::to_string(layer.in.channels) + " channels",
                       std::to_string(heads));
  layer.out = {layer.in.channels / heads, heads, layer.in.height * layer.in.width};
}

void read_merge(AttributeReader& reader, ir::Layer& layer) {
  layer.out = {layer.in.channels * layer.in.height, layer.in.width, 1};
  if (layer.out.channels > kMaxChannels)
    reader.json().fail("type", "at most " + std::to_string(kMaxChannels) + " channels",
                       std::to_string(layer.out.channels));
}

ir::ValueId expand_split(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const Heads heads{layer.out.height, layer.out.width, layer.out.channels};
  const ir::Shape sequence = layer.in;
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Split>(heads, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<Merge>(heads, sequence, gradient, target); });
  });
  return output;
}

ir::ValueId expand_merge(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const Heads heads{layer.in.height, layer.in.width, layer.in.channels};
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<Merge>(heads, layer.out, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) { gradients.emit<Split>(heads, gradient, target); });
  });
  return output;
}

}  // namespace

const Op kSplitHeads = {"split_heads", 1, read_split, expand_split};
const Op kMergeHeads = {"merge_heads", 1, read_merge, expand_merge};

}  // namespace ampa::ops
