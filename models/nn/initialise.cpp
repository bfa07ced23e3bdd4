#include "nn/initialise.h"

#include <cmath>

#include "nn/conv_geometry.h"
#include "numerics/random_stream.h"

namespace ampa::nn {

void initialise(const networks::Layer& description, Layer& layer, std::uint64_t seed, std::uint32_t index) {
  const bool is_conv = description.type == networks::LayerType::kConv2d;
  if (!is_conv && description.type != networks::LayerType::kLinear) return;
  const auto fan_in = static_cast<double>(conv_geometry(description).depth());
  const double bound = std::sqrt((is_conv ? 6.0 : 1.0) / fan_in);
  const numerics::RandomStream stream{seed, index,
                                      static_cast<std::uint32_t>(numerics::StreamPurpose::kInitialise)};
  Eigen::ArrayXf& weights = layer.parameters()[0]->value;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const double unit = (stream.bits32(static_cast<std::uint64_t>(i)) + 0.5) * 0x1p-31 - 1;  // in (-1, 1)
    weights[i] = static_cast<float>(unit * bound);
  }
}

}  // namespace ampa::nn
