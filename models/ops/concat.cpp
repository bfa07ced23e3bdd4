// concat: the channels of any number of inputs of one height and width side by side.
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/channel_slices.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = {0, layer.in.height, layer.in.width};
  for (const ir::Shape& input : reader.inputs()) {
    if (input.height != layer.in.height || input.width != layer.in.width)
      reader.json().fail("inputs", "inputs of one height and width",
                         fmt::format("{} and {}", shown(layer.in), shown(input)));
    layer.out.channels += input.channels;
  }
  if (layer.out.channels > kMaxChannels)
    reader.json().fail("inputs", fmt::format("at most {} channels together", kMaxChannels),
                       fmt::format("{}", layer.out.channels));
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ir::ValueId output = builder.value(layer.name, layer.out);
  builder.emit<PutChannels>(inputs, 0, layer.out.channels, output);
  std::vector<ChannelSlice> slices;
  std::int64_t first = 0;
  for (const ir::ValueId input : inputs) {
    slices.push_back({first, builder.shape(input).channels});
    first += slices.back().count;
  }
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      gradients.write(inputs[i],
                      [&](ir::ValueId target) { gradients.emit<TakeChannels>(slices[i], gradient, target); });
  });
  return output;
}

}  // namespace

const Op kConcat = {"concat", kAnyInputs, read, expand};

}  // namespace ampa::ops
