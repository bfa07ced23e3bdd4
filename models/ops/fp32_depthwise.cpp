#include "ops/fp32_depthwise.h"

#include <algorithm>
#include <vector>

namespace ampa::ops {
namespace {

// (channels, taps) as (taps, channels).
std::vector<float> by_tap(const float* weights, std::int64_t channels, std::int64_t taps) {
  std::vector<float> turned(static_cast<std::size_t>(channels * taps));
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      turned[static_cast<std::size_t>(tap * channels + c)] = weights[c * taps + tap];
  return turned;
}

void add_products(const float* x, const float* w, std::int64_t n, float* sums) {
  for (std::int64_t c = 0; c < n; ++c) sums[c] += x[c] * w[c];
}

// Calls visit(tap, element offset of `from`'s position) for the taps of the window that position (y, x) of `to` reads,
// in ascending order; `from` lies on a grid `dilation` apart.
template <typename Visit>
void for_each_tap(const ConvGeometry& g, const ir::Shape& from, YX first, YX dilation, const Visit& visit) {
  for (std::int64_t ky = 0; ky < g.kernel.y; ++ky) {
    const std::int64_t y = first.y + ky * g.dilation.y;
    if (y < 0 || y % dilation.y != 0 || y / dilation.y >= from.height) continue;
    for (std::int64_t kx = 0; kx < g.kernel.x; ++kx) {
      const std::int64_t x = first.x + kx * g.dilation.x;
      if (x < 0 || x % dilation.x != 0 || x / dilation.x >= from.width) continue;
      visit(ky * g.kernel.x + kx, (y / dilation.y * from.width + x / dilation.x) * from.channels);
    }
  }
}

// Every position of `to` from a window of `from`, whose first tap stands at stride * position - origin.
void windows_times(const ConvGeometry& g, const ir::Shape& from, const ir::Shape& to, YX stride, YX origin, YX dilation,
                   std::int64_t images, const float* source, const float* weights, float* out, ThreadPool& threads) {
  const std::int64_t channels = from.channels;
  const std::vector<float> turned = by_tap(weights, channels, g.kernel.y * g.kernel.x);
  threads.for_each_part(images, [&](std::int64_t image) {
    const float* const x = source + image * from.size();
    float* sums = out + image * to.size();
    for (std::int64_t oy = 0; oy < to.height; ++oy)
      for (std::int64_t ox = 0; ox < to.width; ++ox, sums += channels) {
        std::fill_n(sums, channels, 0.0f);
        for_each_tap(g, from, {oy * stride.y - origin.y, ox * stride.x - origin.x}, dilation,
                     [&](std::int64_t tap, std::int64_t offset) {
                       add_products(x + offset, turned.data() + tap * channels, channels, sums);
                     });
      }
  });
}

}  // namespace

bool is_depthwise(const ConvGeometry& g) {
  return g.groups > 1 && g.groups == g.in.channels && g.groups == g.out.channels;
}

void depthwise_forward(const ConvGeometry& g, std::int64_t images, const float* input, const float* weights, float* out,
                       ThreadPool& threads) {
  windows_times(g, g.in, g.out, g.stride, g.padding, 1, images, input, weights, out, threads);
}

void depthwise_data_gradient(const ConvGeometry& g, std::int64_t images, const float* gradient, const float* rotated,
                             float* target, ThreadPool& threads) {
  const quant::GridLayout layout = g.gradient_layout();
  windows_times(g, g.out, g.in, 1, {layout.border_top, layout.border_left}, g.stride, images, gradient, rotated, target,
                threads);
}

void depthwise_image_weight_gradient(const ConvGeometry& g, const float* input, const float* gradient,
                                     float* weight_gradient) {
  const std::int64_t channels = g.in.channels, taps = g.kernel.y * g.kernel.x;
  thread_local std::vector<float> sums;
  sums.assign(static_cast<std::size_t>(taps * channels), 0.0f);
  const float* dy = gradient;
  for (std::int64_t oy = 0; oy < g.out.height; ++oy)
    for (std::int64_t ox = 0; ox < g.out.width; ++ox, dy += channels)
      for_each_tap(g, g.in, {oy * g.stride.y - g.padding.y, ox * g.stride.x - g.padding.x}, 1,
                   [&](std::int64_t tap, std::int64_t offset) {
                     add_products(dy, input + offset, channels, sums.data() + tap * channels);
                   });
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      weight_gradient[c * taps + tap] = sums[static_cast<std::size_t>(tap * channels + c)];
}

}  // namespace ampa::ops
