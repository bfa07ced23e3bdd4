// slice_channels: some neighbouring channels of its input, such as the queries of a joint projection to queries, keys
// and values.
#include <fmt/format.h>

#include "ir/builder.h"
#include "ops/attribute_reader.h"
#include "ops/channel_slices.h"
#include "ops/op.h"

namespace ampa::ops {
namespace {

void read(AttributeReader& reader, ir::Layer& layer) {
  layer.out = layer.in;
  const std::int64_t first = reader.integer(layer, "first", 0, layer.in.channels - 1, 0);
  layer.out.channels = reader.json().integer("out_channels", 1, layer.in.channels - first);
}

ir::ValueId expand(const ir::Layer& layer, const std::vector<ir::ValueId>& inputs, ir::Builder& builder) {
  const ChannelSlice slice{layer.integer("first"), layer.out.channels};
  const std::int64_t total = layer.in.channels;
  const ir::ValueId input = inputs[0], output = builder.value(layer.name, layer.out);
  builder.emit<TakeChannels>(slice, input, output);
  builder.backward(output, [=](ir::Gradients& gradients, ir::ValueId gradient) {
    gradients.write(input, [&](ir::ValueId target) {
      gradients.emit<PutChannels>(std::vector<ir::ValueId>{gradient}, slice.first, total, target);
    });
  });
  return output;
}

}  // namespace

const Op kSliceChannels = {"slice_channels", 1, read, expand};

}  // namespace ampa::ops
