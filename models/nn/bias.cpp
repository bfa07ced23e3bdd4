#include "nn/bias.h"

namespace ampa::nn {
namespace {

using Positions = Eigen::Map<Eigen::ArrayXXf>;  // (channels, positions)
using ConstPositions = Eigen::Map<const Eigen::ArrayXXf>;

}  // namespace

void init_bias(Parameter& bias, const std::string& layer, std::int64_t channels) {
  bias.name = layer + ".bias";
  bias.value = Eigen::ArrayXf::Zero(channels);
  bias.gradient = Eigen::ArrayXf::Zero(channels);
}

void add_bias(const Parameter& bias, std::int64_t positions, float* out) {
  Positions(out, bias.value.size(), positions).colwise() += bias.value;
}

void bias_gradient(const quant::FloatView& out_grad, Parameter& bias) {
  const std::vector<float> computed = out_grad.source ? quant::all_values(out_grad) : std::vector<float>{};
  const ConstPositions positions(out_grad.source ? computed.data() : out_grad.data, bias.value.size(),
                                 out_grad.size() / bias.value.size());
  bias.gradient.setZero();
  for (Eigen::Index i = 0; i < positions.cols(); ++i) bias.gradient += positions.col(i);
}

}  // namespace ampa::nn
