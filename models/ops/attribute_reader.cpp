#include "ops/attribute_reader.h"

#include <fmt/format.h>

#include "common/yx_json.h"

namespace ampa::ops {

std::int64_t AttributeReader::width(const std::string& key) {
  const Json& value = json_.any(key);
  if (!value.is_string()) return json_.integer(key, 1, kMaxChannels);
  if (value != "classes")
    json_.fail(key, fmt::format("an integer in [1, {}] or \"classes\"", kMaxChannels), value.dump());
  return num_classes_;
}

YX AttributeReader::pair(const std::string& key, YX min, YX max) {
  return read_yx(json_, key, min, max);
}

std::int64_t AttributeReader::places(std::int64_t extent, std::int64_t window, std::int64_t stride,
                                     std::int64_t padding) const {
  const std::int64_t padded = extent + 2 * padding;
  if (window > padded)
    json_.fail("kernel", fmt::format("at most the padded input's {}", padded), fmt::format("{}", window));
  return (padded - window) / stride + 1;
}

void AttributeReader::window(ir::Layer& layer, std::int64_t (*max_padding)(std::int64_t kernel)) {
  layer.kernel = json_.integer("kernel", 1, kMaxKernel);
  layer.stride = json_.integer("stride", 1, kMaxStride);
  layer.padding = json_.integer("padding", 0, max_padding(layer.kernel));
  layer.out.height = places(layer.in.height, layer.kernel, layer.stride, layer.padding);
  layer.out.width = places(layer.in.width, layer.kernel, layer.stride, layer.padding);
}

std::string shown(ir::Shape shape) {
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

}  // namespace ampa::ops
