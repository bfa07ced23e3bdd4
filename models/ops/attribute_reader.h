// How an op reads its keys in a network's description.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/json_reader.h"
#include "ir/network.h"

namespace ampa::ops {

// Bounds that keep every product of extents inside 64 bits.
constexpr std::int64_t kMaxChannels = 65536;
constexpr std::int64_t kMaxExtent = 4096;  // height and width
constexpr std::int64_t kMaxKernel = 31;
constexpr std::int64_t kMaxStride = 31;
constexpr std::int64_t kMaxImageSize = std::int64_t{1} << 28;  // numbers in one layer's output for one image

// Every mistake is an InputError that names file, layer, key, what was expected and what was found.
class AttributeReader {
 public:
  AttributeReader(JsonReader& json, std::vector<ir::Shape> inputs, std::int64_t num_classes,
                  bool counts_bias_macs = false)
      : json_(json), inputs_(std::move(inputs)), num_classes_(num_classes), counts_bias_macs_(counts_bias_macs) {}

  JsonReader& json() { return json_; }
  const std::vector<ir::Shape>& inputs() const { return inputs_; }

  // A number of output channels, or "classes".
  std::int64_t width(const std::string& key);

  // Of an op with GEMMs whose output's shape is known: whether it has a bias, for ops::macs().
  void bias(ir::Layer& layer, bool has_bias) const;

  // A number for both directions, or [y, x].
  YX pair(const std::string& key, YX min, YX max);

  // Where a window that spans so many positions can stand along one extent; refuses one that is larger than that with
  // its padding.
  std::int64_t places(std::int64_t extent, std::int64_t window, std::int64_t stride, std::int64_t padding) const;
  // Read a key of the op into layer.numbers, with `otherwise` if it is not there, an error if there is no `otherwise`.
  std::int64_t integer(ir::Layer& layer, const std::string& key, std::int64_t min, std::int64_t max,
                       std::optional<std::int64_t> otherwise = std::nullopt);
  double number(ir::Layer& layer, const std::string& key, const NumberRange& range,
                std::optional<double> otherwise = std::nullopt);
  bool flag(ir::Layer& layer, const std::string& key, bool otherwise);
  // The place of a string in `choices`, of which the first is the default.
  std::size_t choice(ir::Layer& layer, const std::string& key, const std::vector<std::string>& choices);

  // kernel, stride and padding up to `max_padding`; sets the height and width of layer.out.
  void window(ir::Layer& layer, std::int64_t (*max_padding)(std::int64_t kernel));
  // The same for a pool: the stride is the kernel's extent and the padding 0 unless they are there, as in PyTorch.
  void pool_window(ir::Layer& layer);

 private:
  void place_window(ir::Layer& layer) const;

  JsonReader& json_;
  std::vector<ir::Shape> inputs_;
  std::int64_t num_classes_;
  bool counts_bias_macs_;
};

// "3 x 32 x 32": channels, height, width.
std::string shown(ir::Shape shape);

}  // namespace ampa::ops
