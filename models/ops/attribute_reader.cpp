#include "ops/attribute_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/yx_json.h"
#include "ops/table.h"

namespace ampa::ops {

std::int64_t AttributeReader::width(const std::string& key) {
  const Json& value = json_.any(key);
  if (!value.is_string()) return json_.integer(key, 1, kMaxChannels);
  if (value != "classes")
    json_.fail(key, fmt::format("an integer in [1, {}] or \"classes\"", kMaxChannels), value.dump());
  return num_classes_;
}

std::int64_t AttributeReader::integer(ir::Layer& layer, const std::string& key, std::int64_t min, std::int64_t max,
                                      std::optional<std::int64_t> otherwise) {
  const std::int64_t value = otherwise && !json_.has(key) ? *otherwise : json_.integer(key, min, max);
  layer.numbers[key] = static_cast<double>(value);
  return value;
}

double AttributeReader::number(ir::Layer& layer, const std::string& key, const NumberRange& range,
                               std::optional<double> otherwise) {
  return layer.numbers[key] = otherwise && !json_.has(key) ? *otherwise : json_.number(key, range);
}

bool AttributeReader::flag(ir::Layer& layer, const std::string& key, bool otherwise) {
  const bool value = json_.has(key) ? json_.boolean(key) : otherwise;
  layer.numbers[key] = value ? 1 : 0;
  return value;
}

std::size_t AttributeReader::choice(ir::Layer& layer, const std::string& key, const std::vector<std::string>& choices) {
  const std::string found = json_.has(key) ? json_.string(key) : choices.front();
  const auto place = std::find(choices.begin(), choices.end(), found);
  if (place == choices.end())
    json_.fail(key, fmt::format("one of {}", fmt::join(choices, ", ")), fmt::format("\"{}\"", found));
  const auto index = static_cast<std::size_t>(place - choices.begin());
  layer.numbers[key] = static_cast<double>(index);
  return index;
}

void AttributeReader::bias(ir::Layer& layer, bool has_bias) const {
  if (has_bias && counts_bias_macs_) layer.numbers[kCountedBiasMacs] = static_cast<double>(layer.out.size());
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
  place_window(layer);
}

void AttributeReader::pool_window(ir::Layer& layer) {
  layer.kernel = json_.integer("kernel", 1, kMaxKernel);
  layer.stride = json_.has("stride") ? json_.integer("stride", 1, kMaxStride) : layer.kernel;
  layer.padding = json_.has("padding") ? json_.integer("padding", 0, layer.kernel / 2) : 0;
  place_window(layer);
}

void AttributeReader::place_window(ir::Layer& layer) const {
  layer.out.height = places(layer.in.height, layer.kernel, layer.stride, layer.padding);
  layer.out.width = places(layer.in.width, layer.kernel, layer.stride, layer.padding);
}

std::string shown(ir::Shape shape) {
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

}  // namespace ampa::ops
