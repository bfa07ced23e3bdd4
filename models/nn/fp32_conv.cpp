#include "nn/fp32_conv.h"

#include <algorithm>

#include "kernels/fp32_conv.h"
#include "nn/bias.h"

namespace ampa::nn {
namespace {

bool is_dense(const quant::FloatView& tensor, const quant::GridLayout& layout) {
  return layout.grid_height == tensor.height && layout.grid_width == tensor.width;
}

// Copies an image to its places on a grid of zeros: line by line where nothing lies between its positions.
void copy_to_grid(const float* source, const quant::FloatView& tensor, const quant::GridLayout& layout, float* grid) {
  const std::int64_t row_size = layout.grid_width * tensor.channels, num_rows = layout.grid_height;
  const bool whole_lines = layout.dilation == 1;
  const std::int64_t run = whole_lines ? tensor.width * tensor.channels : tensor.channels;
  const std::int64_t runs = whole_lines ? 1 : tensor.width, step = layout.dilation * tensor.channels;
  for (std::int64_t row = 0; row < num_rows; ++row) {
    float* target = grid + row * row_size;
    const std::int64_t y = row - layout.border_top;
    if (y < 0 || y % layout.dilation != 0 || y / layout.dilation >= tensor.height) {
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
                     FloatArray& grid) {
  if (is_dense(tensor, layout)) return tensor.data;
  const std::int64_t image_size = layout.grid_height * layout.grid_width * tensor.channels;
  grid.resize(tensor.images * image_size);
  threads.for_each_part(tensor.images, [&](std::int64_t image) {
    copy_to_grid(tensor.data + image * tensor.image_size(), tensor, layout, grid.data() + image * image_size);
  });
  return grid.data();
}

kernels::Fp32Window window(const float* grid, const quant::FloatView& tensor, const quant::GridLayout& layout,
                           std::int64_t kernel, std::int64_t stride, const networks::Shape& out) {
  return {grid,   tensor.images, layout.grid_height, layout.grid_width, tensor.channels, kernel,
          kernel, stride,        out.height,         out.width};
}

}  // namespace

Fp32Conv::Fp32Conv(std::string name, ConvGeometry geometry, bool has_bias) : geometry_(geometry), has_bias_(has_bias) {
  weight_.name = name + ".weight";
  weight_.value.resize(geometry_.num_weights());
  weight_.gradient.resize(geometry_.num_weights());
  if (has_bias_) init_bias(bias_, name, geometry_.out.channels);
}

std::vector<Parameter*> Fp32Conv::parameters() {
  if (has_bias_) return {&weight_, &bias_};
  return {&weight_};
}

void Fp32Conv::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const quant::FloatView input = inputs[0]->view(geometry_.input_shape(inputs[0]->images));
  const quant::GridLayout layout = geometry_.input_layout();
  const float* grid = on_grid(input, layout, *context.threads, grid_);
  out.resize(geometry_.output_shape(input.images));
  kernels::fp32_patches_times(window(grid, input, layout, geometry_.kernel, geometry_.stride, geometry_.out),
                              weight_.value.data(), geometry_.out.channels, out.values.data(), *context.threads);
  if (has_bias_) add_bias(bias_, out.size() / out.channels, out.values.data());
}

void Fp32Conv::backward(const std::vector<const Tensor*>& inputs, const Tensor&, Tensor& out_grad,
                        const std::vector<Tensor*>& input_grads, StepContext& context) {
  const Tensor& tensor = *inputs[0];
  const quant::FloatView input = tensor.view(geometry_.input_shape(tensor.images));
  const quant::GridLayout layout = geometry_.input_layout();
  const float* grid = on_grid(input, layout, *context.threads, grid_);
  kernels::fp32_transposed_times_patches(out_grad.values.data(), geometry_.out.channels,
                                         window(grid, input, layout, geometry_.kernel, geometry_.stride, geometry_.out),
                                         weight_.gradient.data(), *context.threads);
  if (has_bias_) bias_gradient(out_grad.view(), bias_);
  if (!input_grads[0]) return;

  rotated_weights_.resize(geometry_.num_weights());
  rotate_weights(geometry_, weight_.value.data(), rotated_weights_.data());
  const quant::FloatView gradient = out_grad.view(geometry_.output_shape(out_grad.images));
  const quant::GridLayout gradient_layout = geometry_.gradient_layout();
  const float* gradient_grid = on_grid(gradient, gradient_layout, *context.threads, grid_);
  input_grads[0]->resize(tensor);
  kernels::fp32_patches_times(window(gradient_grid, gradient, gradient_layout, geometry_.kernel, 1, geometry_.in),
                              rotated_weights_.data(), geometry_.in.channels, input_grads[0]->values.data(),
                              *context.threads);
}

}  // namespace ampa::nn
