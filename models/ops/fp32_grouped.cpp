#include "ops/fp32_grouped.h"

#include <algorithm>
#include <vector>

#include "kernels/fp32_conv.h"
#include "ops/fp32_depthwise.h"

namespace ampa::ops {
namespace {

constexpr std::int64_t kImagesTogether = 16;  // whose sums are held at once

// Patches of an image that stands on a grid of zeros, `dilation` apart: row (y, x) holds at depth (ky, kx, c) the grid
// position (y * stride.y - origin.y + ky * step.y, x * stride.x - origin.x + kx * step.x).
struct Patches {
  ir::Shape image, positions;
  std::int64_t channels = 0;  // of a group
  YX kernel, stride, step, origin, dilation;

  std::int64_t rows() const { return positions.height * positions.width; }
  std::int64_t depth() const { return kernel.y * kernel.x * channels; }
};

Patches forward_patches(const ConvGeometry& g) {
  return {g.in, g.out, g.in_group().channels, g.kernel, g.stride, g.dilation, g.padding, 1};
}

Patches gradient_patches(const ConvGeometry& g) {
  const quant::GridLayout layout = g.gradient_layout();
  return {g.out,   g.in, g.out_group().channels, g.kernel, 1, g.dilation, {layout.border_top, layout.border_left},
          g.stride};
}

// The place of a grid position along one extent of the image, or -1.
std::int64_t place(std::int64_t position, std::int64_t dilation, std::int64_t extent) {
  if (position < 0 || position % dilation != 0 || position / dilation >= extent) return -1;
  return position / dilation;
}

// Copies the patches of one group's channels, rows x depth.
void copy_patches(const Patches& p, const float* image, std::int64_t first_channel, float* out) {
  for (std::int64_t y = 0; y < p.positions.height; ++y)
    for (std::int64_t x = 0; x < p.positions.width; ++x)
      for (std::int64_t ky = 0; ky < p.kernel.y; ++ky) {
        const std::int64_t row = place(y * p.stride.y - p.origin.y + ky * p.step.y, p.dilation.y, p.image.height);
        for (std::int64_t kx = 0; kx < p.kernel.x; ++kx, out += p.channels) {
          const std::int64_t col = place(x * p.stride.x - p.origin.x + kx * p.step.x, p.dilation.x, p.image.width);
          if (row < 0 || col < 0)
            std::fill_n(out, p.channels, 0.0f);
          else
            std::copy_n(image + (row * p.image.width + col) * p.image.channels + first_channel, p.channels, out);
        }
      }
}

kernels::Fp32Window as_matrix(const float* patches, std::int64_t rows, std::int64_t depth) {
  kernels::Fp32Window window;
  window.grid = patches;
  window.images = 1;
  window.grid_height = window.out_height = rows;
  window.grid_width = 1;
  window.channels = depth;
  return window;
}

ThreadPool& alone() {
  thread_local ThreadPool pool(1);
  return pool;
}

// out (images, positions) of `cols` channels a group = patches x the rows of `b` of the group.
void patches_times(const Patches& p, std::int64_t groups, std::int64_t images, const float* source, const float* b,
                   std::int64_t cols, float* out, ThreadPool& threads) {
  threads.for_each_part(images, [&](std::int64_t image) {
    thread_local std::vector<float> patches, products;
    patches.resize(static_cast<std::size_t>(p.rows() * p.depth()));
    products.resize(static_cast<std::size_t>(p.rows() * cols));
    const std::int64_t out_channels = groups * cols;
    for (std::int64_t group = 0; group < groups; ++group) {
      copy_patches(p, source + image * p.image.size(), group * p.channels, patches.data());
      kernels::fp32_patches_times(as_matrix(patches.data(), p.rows(), p.depth()), b + group * cols * p.depth(), cols,
                                  products.data(), alone());
      float* to = out + image * p.rows() * out_channels + group * cols;
      for (std::int64_t row = 0; row < p.rows(); ++row, to += out_channels)
        std::copy_n(products.data() + row * cols, cols, to);
    }
  });
}

// The weight gradient of one image.
void image_weight_gradient(const ConvGeometry& g, const float* input, const float* gradient, float* out) {
  const Patches p = forward_patches(g);
  const std::int64_t cols = g.out_group().channels;
  thread_local std::vector<float> patches, of_group;
  patches.resize(static_cast<std::size_t>(p.rows() * p.depth()));
  of_group.resize(static_cast<std::size_t>(p.rows() * cols));
  for (std::int64_t group = 0; group < g.groups; ++group) {
    copy_patches(p, input, group * p.channels, patches.data());
    for (std::int64_t row = 0; row < p.rows(); ++row)
      std::copy_n(gradient + row * g.out.channels + group * cols, cols, of_group.data() + row * cols);
    kernels::fp32_transposed_times_patches(of_group.data(), cols, as_matrix(patches.data(), p.rows(), p.depth()),
                                           out + group * cols * p.depth(), alone());
  }
}

}  // namespace

bool needs_grouped_products(const ConvGeometry& g) {
  const bool has_holes = (g.kernel.y > 1 && g.dilation.y > 1) || (g.kernel.x > 1 && g.dilation.x > 1);
  return g.groups > 1 || has_holes || !g.stride.is_square();
}

void grouped_forward(const ConvGeometry& g, std::int64_t images, const float* input, const float* weights, float* out,
                     ThreadPool& threads) {
  if (is_depthwise(g)) return depthwise_forward(g, images, input, weights, out, threads);
  patches_times(forward_patches(g), g.groups, images, input, weights, g.out_group().channels, out, threads);
}

void grouped_data_gradient(const ConvGeometry& g, std::int64_t images, const float* gradient, const float* rotated,
                           float* target, ThreadPool& threads) {
  if (is_depthwise(g)) return depthwise_data_gradient(g, images, gradient, rotated, target, threads);
  patches_times(gradient_patches(g), g.groups, images, gradient, rotated, g.in_group().channels, target, threads);
}

void grouped_weight_gradient(const ConvGeometry& g, std::int64_t images, const float* input, const float* gradient,
                             float* weight_gradient, ThreadPool& threads) {
  const std::int64_t size = g.num_weights();
  std::fill_n(weight_gradient, size, 0.0f);
  std::vector<float> partial(static_cast<std::size_t>(std::min(kImagesTogether, images) * size));
  for (std::int64_t first = 0; first < images; first += kImagesTogether) {
    const std::int64_t count = std::min(kImagesTogether, images - first);
    threads.for_each_part(count, [&](std::int64_t i) {
      const float* const x = input + (first + i) * g.in.size();
      const float* const dy = gradient + (first + i) * g.out.size();
      float* const own = partial.data() + i * size;
      if (is_depthwise(g))
        depthwise_image_weight_gradient(g, x, dy, own);
      else
        image_weight_gradient(g, x, dy, own);
    });
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t k = 0; k < size; ++k) weight_gradient[k] += partial[static_cast<std::size_t>(i * size + k)];
  }
}

}  // namespace ampa::ops
