#include "ops/fp32_convolution.h"

#include <algorithm>

#include "ir/bias.h"
#include "kernels/fp32_conv.h"
#include "ops/fp32_grouped.h"

namespace ampa::ops {
namespace {

bool is_dense(const quant::FloatView& tensor, const quant::GridLayout& layout) {
  return layout.grid_height == tensor.height && layout.grid_width == tensor.width;
}

// Copies an image to its places on a grid of zeros: line by line where nothing lies between its positions.
void copy_to_grid(const float* source, const quant::FloatView& tensor, const quant::GridLayout& layout, float* grid) {
  const std::int64_t row_size = layout.grid_width * tensor.channels, num_rows = layout.grid_height;
  const bool whole_lines = layout.dilation.x == 1;
  const std::int64_t run = whole_lines ? tensor.width * tensor.channels : tensor.channels;
  const std::int64_t runs = whole_lines ? 1 : tensor.width, step = layout.dilation.x * tensor.channels;
  for (std::int64_t row = 0; row < num_rows; ++row) {
    float* target = grid + row * row_size;
    const std::int64_t y = row - layout.border_top;
    if (y < 0 || y % layout.dilation.y != 0 || y / layout.dilation.y >= tensor.height) {
      std::fill_n(target, row_size, 0.0f);
      continue;
    }
    float* const end = target + row_size;
    std::fill_n(target, layout.border_left * tensor.channels, 0.0f);
    target += layout.border_left * tensor.channels;
    for (std::int64_t i = 0; i < runs; ++i, source += run, target += step) {
      if (i > 0) std::fill(target - step + run, target, 0.0f);
      std::copy_n(source, run, target);
    }
    std::fill(target - step + run, end, 0.0f);
  }
}

// A tensor on its grid. One that is its own grid is not copied.
const float* on_grid(const quant::FloatView& tensor, const quant::GridLayout& layout, ThreadPool& threads,
                     ir::FloatArray& grid) {
  if (is_dense(tensor, layout)) return tensor.data;
  const std::int64_t image_size = layout.grid_height * layout.grid_width * tensor.channels;
  grid.resize(tensor.images * image_size);
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    copy_to_grid(tensor.data + image * tensor.image_size(), tensor, layout, grid.data() + image * image_size);
  });
  return grid.data();
}

kernels::Fp32Window window(const float* grid, const quant::FloatView& tensor, const quant::GridLayout& layout,
                           YX kernel, std::int64_t stride, const ir::Shape& out) {
  return {grid,     tensor.images, layout.grid_height, layout.grid_width, tensor.channels, kernel.y,
          kernel.x, stride,        out.height,         out.width};
}

}  // namespace

void Fp32Forward::run(ir::Frame& frame, ir::StepContext& context) {
  const ir::Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView input = tensor.view(g_.input_shape(tensor.images));
  ir::Tensor& out = frame[writes()[0]];
  out.resize(g_.output_shape(input.images));
  if (needs_grouped_products(g_)) {
    grouped_forward(g_, input.images, input.data, weights_.value.data(), out.values.data(), *context.threads);
  } else {
    const quant::GridLayout layout = g_.input_layout();
    const float* grid = on_grid(input, layout, *context.threads, *grid_);
    kernels::fp32_patches_times(window(grid, input, layout, g_.kernel, g_.stride.y, g_.out), weights_.value.data(),
                                g_.out.channels, out.values.data(), *context.threads);
  }
  if (bias_) ir::add_bias(*bias_, out.size() / out.channels, out.values.data());
}

void Fp32WeightGradient::run(ir::Frame& frame, ir::StepContext& context) {
  const ir::Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView input = tensor.view(g_.input_shape(tensor.images));
  const float* const gradient = frame.at(reads()[1]).values.data();
  if (needs_grouped_products(g_)) {
    grouped_weight_gradient(g_, input.images, input.data, gradient, weights_.gradient.data(), *context.threads);
    return;
  }
  const quant::GridLayout layout = g_.input_layout();
  const float* grid = on_grid(input, layout, *context.threads, *grid_);
  kernels::fp32_transposed_times_patches(gradient, g_.out.channels,
                                         window(grid, input, layout, g_.kernel, g_.stride.y, g_.out),
                                         weights_.gradient.data(), *context.threads);
}

void Fp32DataGradient::run(ir::Frame& frame, ir::StepContext& context) {
  rotated_.resize(g_.num_weights());
  rotate_weights(g_, weights_.value.data(), rotated_.data(), *context.threads);
  const ir::Tensor& tensor = frame.at(reads()[0]);
  const quant::FloatView gradient = tensor.view(g_.output_shape(tensor.images));
  ir::Tensor& target = frame[writes()[0]];
  target.resize({tensor.images, shape_.height, shape_.width, shape_.channels});
  if (needs_grouped_products(g_)) {
    grouped_data_gradient(g_, tensor.images, gradient.data, rotated_.data(), target.values.data(), *context.threads);
    return;
  }
  const quant::GridLayout layout = g_.gradient_layout();
  const float* grid = on_grid(gradient, layout, *context.threads, *grid_);
  kernels::fp32_patches_times(window(grid, gradient, layout, g_.kernel, 1, g_.in), rotated_.data(), g_.in.channels,
                              target.values.data(), *context.threads);
}

}  // namespace ampa::ops
