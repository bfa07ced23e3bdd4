#include "ops/convolution_jobs.h"

namespace ampa::ops {

using gemm::Pass;

void RotateCodes::run(ir::Frame&, ir::StepContext&) {
  rotated_.params = weights_.params;
  rotated_.groups = rotated_groups();
  gemm::resize(rotated_.tensor, weights_.params.format, 0, geometry_.in.channels, geometry_.kernel.y,
               geometry_.kernel.x, geometry_.out_group().channels);
  rotate_weights(geometry_, weights_.tensor.bytes.data(), rotated_.tensor.bytes.data());
}

// Output channels are the channels of what is rotated: along the depth of the product, unless a group has one.
quant::ScaleGroups RotateCodes::rotated_groups() const {
  const quant::ScaleGroups& groups = weights_.groups;
  if (groups.axis != quant::ScaleAxis::kImages) return groups;
  if (geometry_.out_group().channels > 1) return {quant::ScaleAxis::kChannels, groups.params};
  quant::ScaleGroups by_image{quant::ScaleAxis::kImages, {}};
  for (std::int64_t i = 0; i < geometry_.in.channels; ++i)
    by_image.params.push_back(groups.params[static_cast<std::size_t>(i / geometry_.in_group().channels)]);
  return by_image;
}

ir::StepMatmul ConvolutionJobs::forward(const ir::Codes& input, const ir::Codes& weights) const {
  return {layer_, Pass::kForward, &input, &weights, patches(), kernel(g_.out), g_.conv_shape()};
}

ir::StepMatmul ConvolutionJobs::data_gradient(const ir::Codes& gradient, const ir::Codes& rotated) const {
  gemm::Operand windows = window(g_.in, g_.out);
  windows.dilation = g_.dilation;
  return {layer_, Pass::kDataGradient, &gradient, &rotated, windows, kernel(g_.in), g_.conv_shape()};
}

ir::StepMatmul ConvolutionJobs::weight_gradient(const ir::Codes& gradient, const ir::Codes& input) const {
  const quant::GridLayout layout = g_.gradient_layout();
  gemm::Operand positions;
  positions.stride = g_.stride;
  positions.out_height = g_.out.height;
  positions.out_width = g_.out.width;
  positions.origin_y = layout.border_top;
  positions.origin_x = layout.border_left;
  positions.transposed = true;
  positions.channels = groups_of(g_.out.channels);
  gemm::Operand windows = patches();
  windows.transposed = true;
  return {layer_, Pass::kWeightGradient, &gradient, &input, positions, windows, g_.conv_shape()};
}

gemm::BatchWindow ConvolutionJobs::groups_of(std::int64_t extent) const {
  return g_.groups == 1 ? gemm::BatchWindow{} : gemm::BatchWindow{0, extent / g_.groups, g_.groups};
}

// One for each position of `positions`, over the channels of `from`.
gemm::Operand ConvolutionJobs::window(const ir::Shape& positions, const ir::Shape& from) const {
  gemm::Operand operand = taps();
  operand.out_height = positions.height;
  operand.out_width = positions.width;
  operand.channels = groups_of(from.channels);
  return operand;
}

gemm::Operand ConvolutionJobs::patches() const {
  gemm::Operand operand = window(g_.out, g_.in);
  operand.stride = g_.stride;
  operand.dilation = g_.dilation;
  return operand;
}

// A row of weights for each channel of `to`.
gemm::Operand ConvolutionJobs::kernel(const ir::Shape& to) const {
  gemm::Operand operand = taps();
  operand.images = groups_of(to.channels);
  return operand;
}

}  // namespace ampa::ops
