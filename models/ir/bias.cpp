#include "ir/bias.h"

#include <algorithm>
#include <vector>

#include "common/ceil_div.h"

namespace ampa::ir {
namespace {

using Positions = Eigen::Map<Eigen::ArrayXXf>;  // (channels, positions)
using ConstPositions = Eigen::Map<const Eigen::ArrayXXf>;

}  // namespace

void add_bias(const Parameter& bias, std::int64_t positions, float* out) {
  Positions(out, bias.value.size(), positions).colwise() += bias.value;
}

void BiasGradient::run(Frame& frame, StepContext& context) {
  const quant::FloatView gradient = frame.at(reads()[0]).view();
  const std::vector<float> computed = gradient.source ? quant::all_values(gradient) : std::vector<float>{};
  const ConstPositions positions(gradient.source ? computed.data() : gradient.data, bias_.value.size(),
                                 gradient.size() / bias_.value.size());
  constexpr std::int64_t kChannels = 256;  // of a part; every channel adds its positions in order
  context.threads->for_each_part(ceil_div(positions.rows(), kChannels), [&](std::int64_t part) {
    const std::int64_t first = part * kChannels, count = std::min<std::int64_t>(kChannels, positions.rows() - first);
    auto sums = bias_.gradient.segment(first, count);
    sums.setZero();
    for (Eigen::Index i = 0; i < positions.cols(); ++i) sums += positions.col(i).segment(first, count);
  });
}

}  // namespace ampa::ir
