// Convolutions of random groups, rectangles, strides, paddings and dilations, as jobs and by their definition.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "gemm/conv_shape.h"
#include "random_job.h"

namespace ampa::gemm::testing {

inline ConvShape random_groups(Random& random) {
  ConvShape c;
  c.groups = random.between(1, random.coin() ? 6 : 2);
  c.images = random.between(1, 3);
  c.in_channels = c.groups * random.between(1, random.between(0, 5) == 0 ? 20 : 3);
  c.out_channels = c.groups * random.between(1, random.between(0, 5) == 0 ? 20 : 3);
  if (random.between(0, 3) == 0) c.out_channels = c.groups = c.in_channels;  // depthwise
  c.kernel_height = random.between(1, 4);
  c.kernel_width = random.between(1, 4);
  c.stride = {random.between(1, 3), random.between(1, 3)};
  if (random.coin()) c.stride = 1;
  if (random.between(0, 2) == 0) c.dilation = {random.between(1, 3), random.between(1, 3)};
  const YX extent{window_extent(c.kernel_height, c.dilation.y), window_extent(c.kernel_width, c.dilation.x)};
  c.padding = {random.between(0, extent.y - 1), random.between(0, extent.x - 1)};
  c.in_height = std::max<std::int64_t>(1, extent.y - 2 * c.padding.y) + random.between(0, 6);
  c.in_width = std::max<std::int64_t>(1, extent.x - 2 * c.padding.x) + random.between(0, 9);
  c.out_height = (c.in_height + 2 * c.padding.y - extent.y) / c.stride.y + 1;
  c.out_width = (c.in_width + 2 * c.padding.x - extent.x) / c.stride.x + 1;
  return c;
}

inline std::string shown(const ConvShape& c) {
  const auto pair = [](YX p) { return std::to_string(p.y) + "," + std::to_string(p.x); };
  return std::to_string(c.images) + " images " + pair({c.in_height, c.in_width}) + "x" + std::to_string(c.in_channels) +
         " -> " + pair({c.out_height, c.out_width}) + "x" + std::to_string(c.out_channels) + " kernel " +
         pair({c.kernel_height, c.kernel_width}) + " stride " + pair(c.stride) + " padding " + pair(c.padding) +
         " dilation " + pair(c.dilation) + " groups " + std::to_string(c.groups);
}

// The three tensors of a convolution as numbers (code - zero point), and what its passes make of them, by the
// definition.
struct Convolution {
  using Numbers = std::vector<std::int64_t>;

  explicit Convolution(const ConvShape& shape)
      : c(shape),
        x(size(c.images, c.in_height, c.in_width, c.in_channels)),
        w(size(c.out_channels, c.kernel_height, c.kernel_width, c.in_channels / c.groups)),
        dy(size(c.images, c.out_height, c.out_width, c.out_channels)) {}

  static Numbers size(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
    return Numbers(static_cast<std::size_t>(n * h * w * c), 0);
  }

  // (images, out), (images, in) and the weights' shape.
  struct Results {
    Numbers y, dx, dw;
  };
  Results results() const {
    Results r{Numbers(dy.size(), 0), Numbers(x.size(), 0), Numbers(w.size(), 0)};
    const std::int64_t in_c = c.in_channels / c.groups, out_c = c.out_channels / c.groups;
    for (std::int64_t n = 0; n < c.images; ++n)
      for (std::int64_t oy = 0; oy < c.out_height; ++oy)
        for (std::int64_t ox = 0; ox < c.out_width; ++ox)
          for (std::int64_t ky = 0; ky < c.kernel_height; ++ky)
            for (std::int64_t kx = 0; kx < c.kernel_width; ++kx) {
              const std::int64_t iy = oy * c.stride.y - c.padding.y + ky * c.dilation.y;
              const std::int64_t ix = ox * c.stride.x - c.padding.x + kx * c.dilation.x;
              if (iy < 0 || ix < 0 || iy >= c.in_height || ix >= c.in_width) continue;
              for (std::int64_t o = 0; o < c.out_channels; ++o)
                for (std::int64_t i = 0; i < in_c; ++i) {
                  const auto at_y =
                      static_cast<std::size_t>(((n * c.out_height + oy) * c.out_width + ox) * c.out_channels + o);
                  const auto at_x = static_cast<std::size_t>(
                      ((n * c.in_height + iy) * c.in_width + ix) * c.in_channels + o / out_c * in_c + i);
                  const auto at_w =
                      static_cast<std::size_t>(((o * c.kernel_height + ky) * c.kernel_width + kx) * in_c + i);
                  r.y[at_y] += x[at_x] * w[at_w];
                  r.dx[at_x] += dy[at_y] * w[at_w];
                  r.dw[at_w] += dy[at_y] * x[at_x];
                }
            }
    return r;
  }

  // Of a pass: the result of GEMM `group`, row m, column n.
  std::int64_t expected(const Results& r, Pass pass, std::int64_t group, std::int64_t m, std::int64_t n) const {
    const std::int64_t in_c = c.in_channels / c.groups, out_c = c.out_channels / c.groups;
    const std::int64_t taps = c.kernel_height * c.kernel_width;
    switch (pass) {
      case Pass::kForward:
        return r.y[static_cast<std::size_t>(m * c.out_channels + group * out_c + n)];
      case Pass::kDataGradient:
        return r.dx[static_cast<std::size_t>(m * c.in_channels + group * in_c + n)];
      case Pass::kWeightGradient:
        break;
    }
    return r.dw[static_cast<std::size_t>((group * out_c + m) * taps * in_c + n)];
  }

  // A job of the pass with random codes of x, w and dy.
  OwnedJob job(Pass pass, const ConvFormats& formats, std::int32_t zero_point, Random& random) {
    JobGeometry geometry = conv_geometry(c, pass, formats);
    OwnedJob owned;
    owned.a = std::make_unique<CodeTensor>();
    owned.b = std::make_unique<CodeTensor>();
    const bool a_is_x = pass == Pass::kForward;
    (a_is_x ? geometry.a : geometry.b).zero_point = pass == Pass::kDataGradient ? 0 : zero_point;
    owned.job.a = make_operand(geometry.a, *owned.a);
    owned.job.b = make_operand(geometry.b, *owned.b);
    owned.job.pass = pass;
    owned.job.layer = shown(c);
    const auto draw = [&](CodeTensor& tensor, Numbers& numbers) {
      for (std::int64_t& number : numbers)
        number = tensor.format.code_at(static_cast<std::int32_t>(random.between(0, tensor.format.num_codes() - 1))) -
                 tensor.zero_point;
      std::size_t next = 0;
      fill_codes(tensor, [&] { return numbers[next++] + tensor.zero_point; });
    };
    draw(*owned.a, a_is_x ? x : dy);
    if (pass == Pass::kWeightGradient) {
      draw(*owned.b, x);
    } else {
      draw(*owned.b, w);
      if (pass == Pass::kDataGradient) turn_weights(*owned.b);
    }
    return owned;
  }

  ConvShape c;
  Numbers x, w, dy;

 private:
  // The tensor (in_c, k, k, out_c of a group) of w turned by 180 degrees.
  void turn_weights(CodeTensor& tensor) const {
    const std::int64_t in_c = c.in_channels / c.groups, out_c = c.out_channels / c.groups;
    for (std::int64_t i = 0; i < c.in_channels; ++i)
      for (std::int64_t ky = 0; ky < c.kernel_height; ++ky)
        for (std::int64_t kx = 0; kx < c.kernel_width; ++kx)
          for (std::int64_t o = 0; o < out_c; ++o) {
            const std::int64_t out = i / in_c * out_c + o;
            const std::int64_t from_y = c.kernel_height - 1 - ky, from_x = c.kernel_width - 1 - kx;
            tensor.bytes[static_cast<std::size_t>(tensor.offset(i, ky, kx) + o)] =
                static_cast<std::uint8_t>(w[static_cast<std::size_t>(
                    ((out * c.kernel_height + from_y) * c.kernel_width + from_x) * in_c + i % in_c)]);
          }
  }
};

}  // namespace ampa::gemm::testing
