#include "gemm/conv_shape.h"

namespace ampa::gemm {
namespace {

// A tensor that is read as a plain matrix: one patch of the whole image.
OperandGeometry weights(CodeFormat format, std::int64_t rows, const ConvShape& conv, std::int64_t channels) {
  // `channels` are those of all groups; a row has those of its own.
  OperandGeometry b;
  b.format = format;
  b.images = rows;
  b.height = b.kernel_height = conv.kernel_height;
  b.width = b.kernel_width = conv.kernel_width;
  b.channels = channels / conv.groups;
  b.image_windows = conv.groups;
  return b;
}

OperandGeometry activation_patches(const ConvShape& conv, CodeFormat format) {
  OperandGeometry a;
  a.format = format;
  a.images = conv.images;
  a.height = conv.in_height;
  a.width = conv.in_width;
  a.channels = conv.in_channels;
  a.kernel_height = conv.kernel_height;
  a.kernel_width = conv.kernel_width;
  a.stride = conv.stride;
  a.out_height = conv.out_height;
  a.out_width = conv.out_width;
  a.offset_y = -conv.padding.y;
  a.offset_x = -conv.padding.x;
  a.window_dilation = conv.dilation;
  a.channel_windows = conv.groups;
  return a;
}

// The gradients with stride - 1 gaps between positions; which window reads them is the pass's own.
OperandGeometry dilated_gradients(const ConvShape& conv, CodeFormat format) {
  OperandGeometry a;
  a.format = format;
  a.images = conv.images;
  a.height = conv.out_height;
  a.width = conv.out_width;
  a.channels = conv.out_channels;
  a.dilation = conv.stride;
  a.channel_windows = conv.groups;
  return a;
}

OperandGeometry gradient_patches(const ConvShape& conv, CodeFormat format) {
  OperandGeometry a = dilated_gradients(conv, format);
  a.kernel_height = conv.kernel_height;
  a.kernel_width = conv.kernel_width;
  a.out_height = conv.in_height;
  a.out_width = conv.in_width;
  a.window_dilation = conv.dilation;
  a.offset_y = conv.padding.y - conv.dilation.y * (conv.kernel_height - 1);
  a.offset_x = conv.padding.x - conv.dilation.x * (conv.kernel_width - 1);
  return a;
}

// Steps over the gaps: one row for each position of the gradients.
OperandGeometry gradient_columns(const ConvShape& conv, CodeFormat format) {
  OperandGeometry a = dilated_gradients(conv, format);
  a.stride = conv.stride;
  a.out_height = conv.out_height;
  a.out_width = conv.out_width;
  a.transposed = true;
  return a;
}

}  // namespace

OperandKinds conv_operands(const ConvShape& conv, Pass pass) {
  if (conv.transposed && pass == Pass::kWeightGradient) return {OperandKind::kActivation, OperandKind::kGradient};
  return operand_kinds(pass);
}

JobGeometry conv_geometry(const ConvShape& conv, Pass pass, const ConvFormats& formats) {
  if (conv.transposed) {
    ConvShape other = conv;
    other.transposed = false;
    const Pass as = pass == Pass::kForward ? Pass::kDataGradient : pass == Pass::kDataGradient ? Pass::kForward : pass;
    return conv_geometry(other, as, {formats.gradients, formats.weights, formats.activations});
  }
  switch (pass) {
    case Pass::kForward:
      return {activation_patches(conv, formats.activations),
              weights(formats.weights, conv.out_channels, conv, conv.in_channels)};
    case Pass::kDataGradient:
      return {gradient_patches(conv, formats.gradients),
              weights(formats.weights, conv.in_channels, conv, conv.out_channels)};
    case Pass::kWeightGradient:
      break;
  }
  JobGeometry job{gradient_columns(conv, formats.gradients), activation_patches(conv, formats.activations)};
  job.b.transposed = true;
  return job;
}

}  // namespace ampa::gemm
