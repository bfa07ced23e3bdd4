#include "nn/bias.h"

namespace ampa::nn {
namespace {

using Positions = Eigen::Map<Eigen::ArrayXXf>;             // (channels, positions)
using ConstPositions = Eigen::Map<const Eigen::ArrayXXf>;

}  // namespace

void init_bias(Parameter& bias, const std::string& layer, std::int64_t channels) {
  bias.name = layer + ".bias";
  bias.value = Eigen::ArrayXf::Zero(channels);
  bias.gradient = Eigen::ArrayXf::Zero(channels);
}

void add_bias(const Parameter& bias, Tensor& out) {
  Positions positions(out.values.data(), out.channels, out.size() / out.channels);
  positions.colwise() += bias.value;
}

void bias_gradient(const Tensor& out_grad, Parameter& bias) {
  const ConstPositions positions(out_grad.values.data(), out_grad.channels, out_grad.size() / out_grad.channels);
  bias.gradient.setZero();
  for (Eigen::Index i = 0; i < positions.cols(); ++i) bias.gradient += positions.col(i);
}

}  // namespace ampa::nn
