#include "nn/elementwise.h"

namespace ampa::nn {
void Relu::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const Tensor& x = *inputs[0];
  out.resize(x);
  // A NaN must stay one, so that divergence is seen.
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    const float* source = x.image(image);
    float* target = out.image(image);
#pragma GCC ivdep  // in place, target is source
    for (std::int64_t i = 0; i < x.image_size(); ++i) target[i] = source[i] < 0.0f ? 0.0f : source[i];
  });
}

void Relu::backward(const std::vector<const Tensor*>&, const Tensor& out, Tensor& out_grad,
                    const std::vector<Tensor*>& input_grads, StepContext& context) {
  if (!input_grads[0]) return;
  input_grads[0]->resize(out);
  // A plain loop, because Eigen does not vectorise select().
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    const float* y = out.image(image);
    const float* dy = out_grad.image(image);
    float* dx = input_grads[0]->image(image);
#pragma GCC ivdep  // in place, dx is dy
    for (std::int64_t i = 0; i < out.image_size(); ++i) {
      const float gradient = dy[i];  // read in any case: no branch
      dx[i] = y[i] > 0.0f ? gradient : 0.0f;
    }
  });
}

void Add::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  out.resize(*inputs[0]);
  context.threads->for_each_part(out.images, [&](std::int64_t image) {
    image_array(out, image) = image_array(*inputs[0], image) + image_array(*inputs[1], image);
  });
}

void Add::backward(const std::vector<const Tensor*>&, const Tensor&, Tensor& out_grad,
                   const std::vector<Tensor*>& input_grads, StepContext& context) {
  for (Tensor* grad : input_grads) {
    if (!grad || grad == &out_grad) continue;
    grad->resize(out_grad);
    context.threads->for_each_part(
        out_grad.images, [&](std::int64_t image) { image_array(*grad, image) = image_array(out_grad, image); });
  }
}

void ShortcutPad::forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) {
  const Tensor& x = *inputs[0];
  const std::int64_t first = (out_.channels - in_.channels) / 2;
  out.resize(x.images, out_.height, out_.width, out_.channels);
  context.threads->for_each_part(x.images, [&](std::int64_t image) {
    image_array(out, image).setZero();
    for (std::int64_t y = 0; y < out_.height; ++y)
      for (std::int64_t column = 0; column < out_.width; ++column) {
        const float* source = x.image(image) + (y * in_.width + column) * stride_ * in_.channels;
        float* target = out.image(image) + (y * out_.width + column) * out_.channels + first;
        std::copy(source, source + in_.channels, target);
      }
  });
}

void ShortcutPad::backward(const std::vector<const Tensor*>&, const Tensor&, Tensor& out_grad,
                           const std::vector<Tensor*>& input_grads, StepContext& context) {
  if (!input_grads[0]) return;
  const std::int64_t first = (out_.channels - in_.channels) / 2;
  Tensor& dx = *input_grads[0];
  dx.resize(out_grad.images, in_.height, in_.width, in_.channels);
  context.threads->for_each_part(dx.images, [&](std::int64_t image) {
    image_array(dx, image).setZero();
    for (std::int64_t y = 0; y < out_.height; ++y)
      for (std::int64_t column = 0; column < out_.width; ++column) {
        const float* source = out_grad.image(image) + (y * out_.width + column) * out_.channels + first;
        std::copy(source, source + in_.channels, dx.image(image) + (y * in_.width + column) * stride_ * in_.channels);
      }
  });
}

}  // namespace ampa::nn
