#include "nn/pooling.h"

#include <limits>

namespace ampa::nn {
namespace {

// Calls visit(out element offset, in element offset) for the first channel of every pair of an output position and a
// position of its window that lies on the map, in row-major order.
template <typename Visit>
void for_each_pair(const PoolGeometry& g, const Visit& visit) {
  for (std::int64_t oy = 0; oy < g.out.height; ++oy)
    for (std::int64_t ox = 0; ox < g.out.width; ++ox)
      for (std::int64_t ky = 0; ky < g.kernel_height; ++ky)
        for (std::int64_t kx = 0; kx < g.kernel_width; ++kx) {
          const std::int64_t y = oy * g.stride + ky - g.padding, x = ox * g.stride + kx - g.padding;
          if (y < 0 || x < 0 || y >= g.in.height || x >= g.in.width) continue;
          visit((oy * g.out.width + ox) * g.out.channels, (y * g.in.width + x) * g.in.channels);
        }
}

}  // namespace

void MaxPool::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const std::int64_t channels = geometry_.in.channels;
  out.resize(inputs[0]->images, geometry_.out.height, geometry_.out.width, channels);
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    image_array(out, image).setConstant(-std::numeric_limits<float>::infinity());
    const float* source = inputs[0]->image(image);
    float* target = out.image(image);
    for_each_pair(geometry_, [&](std::int64_t o, std::int64_t i) {
      for (std::int64_t c = 0; c < channels; ++c)
        if (!(source[i + c] <= target[o + c])) target[o + c] = source[i + c];
    });
  });
}

void MaxPool::backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                       const std::vector<Tensor*>& input_grads, StepContext& context) {
  if (!input_grads[0]) return;
  const std::int64_t channels = geometry_.in.channels;
  Tensor& dx = *input_grads[0];
  dx.resize(out.images, geometry_.in.height, geometry_.in.width, channels);
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    image_array(dx, image).setZero();
    std::vector<bool> taken(static_cast<std::size_t>(out.image_size()), false);
    const float* x = inputs[0]->image(image);
    for_each_pair(geometry_, [&](std::int64_t o, std::int64_t i) {
      for (std::int64_t c = 0; c < channels; ++c) {
        if (taken[static_cast<std::size_t>(o + c)] || x[i + c] != out.image(image)[o + c]) continue;
        taken[static_cast<std::size_t>(o + c)] = true;
        dx.image(image)[i + c] += out_grad.image(image)[o + c];
      }
    });
  });
}

void AveragePool::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const std::int64_t channels = geometry_.in.channels;
  const float share = 1.0f / static_cast<float>(geometry_.kernel_height * geometry_.kernel_width);
  out.resize(inputs[0]->images, geometry_.out.height, geometry_.out.width, channels);
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    image_array(out, image).setZero();
    const float* source = inputs[0]->image(image);
    float* target = out.image(image);
    for_each_pair(geometry_, [&](std::int64_t o, std::int64_t i) {
      for (std::int64_t c = 0; c < channels; ++c) target[o + c] += source[i + c];
    });
    image_array(out, image) *= share;
  });
}

void AveragePool::backward(const std::vector<const Tensor*>&, const Tensor&, Tensor& out_grad,
                           const std::vector<Tensor*>& input_grads, StepContext& context) {
  if (!input_grads[0]) return;
  const std::int64_t channels = geometry_.in.channels;
  const float share = 1.0f / static_cast<float>(geometry_.kernel_height * geometry_.kernel_width);
  Tensor& dx = *input_grads[0];
  dx.resize(out_grad.images, geometry_.in.height, geometry_.in.width, channels);
  context.threads->for_each_part(dx.images, [&](std::int64_t image) {
    image_array(dx, image).setZero();
    const float* source = out_grad.image(image);
    float* target = dx.image(image);
    for_each_pair(geometry_, [&](std::int64_t o, std::int64_t i) {
      for (std::int64_t c = 0; c < channels; ++c) target[i + c] += source[o + c] * share;
    });
  });
}

}  // namespace ampa::nn
