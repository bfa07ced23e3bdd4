#include "ir/bias.h"

#include <vector>

namespace ampa::ir {
namespace {

using Positions = Eigen::Map<Eigen::ArrayXXf>;  // (channels, positions)
using ConstPositions = Eigen::Map<const Eigen::ArrayXXf>;

}  // namespace

void add_bias(const Parameter& bias, std::int64_t positions, float* out) {
  Positions(out, bias.value.size(), positions).colwise() += bias.value;
}

void BiasGradient::run(Frame& frame, StepContext&) {
  const quant::FloatView gradient = frame.at(reads()[0]).view();
  const std::vector<float> computed = gradient.source ? quant::all_values(gradient) : std::vector<float>{};
  const ConstPositions positions(gradient.source ? computed.data() : gradient.data, bias_.value.size(),
                                 gradient.size() / bias_.value.size());
  bias_.gradient.setZero();
  for (Eigen::Index i = 0; i < positions.cols(); ++i) bias_.gradient += positions.col(i);
}

}  // namespace ampa::ir
