#include "ops/fp32_depthwise.h"

#include <algorithm>
#include <vector>

#include "kernels/depthwise.h"

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

// A tap of a window along one direction and the place of the source that it stands on.
struct Tap {
  std::int64_t tap = 0, place = 0;
};

// Windows of one line, or of one column, that see the same taps: numbers first, first + step, ...; the place of a tap
// moves by source_step from one to the next.
struct Windows {
  std::int64_t first = 0, count = 0, step = 1, source_step = 1;
  std::vector<Tap> taps;
};

bool same_taps(const std::vector<Tap>& x, const std::vector<Tap>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const Tap& a, const Tap& b) { return a.tap == b.tap; });
}

// One direction of a convolution from `from` places, which stand `gap` apart on a grid, to `to` windows: tap t of
// window i stands at i * stride - origin + t * dilation. Either stride or gap is 1.
struct Direction {
  std::int64_t from = 0, to = 0, kernel = 1, stride = 1, origin = 0, dilation = 1, gap = 1;

  std::vector<Tap> taps_of(std::int64_t window) const {
    std::vector<Tap> taps;
    for (std::int64_t t = 0; t < kernel; ++t) {
      const std::int64_t at = window * stride - origin + t * dilation;
      if (at >= 0 && at % gap == 0 && at / gap < from) taps.push_back({t, at / gap});
    }
    return taps;
  }
  std::vector<Windows> windows() const {
    std::vector<Windows> all;
    for (std::int64_t phase = 0; phase < std::min(gap, to); ++phase)
      for (std::int64_t window = phase; window < to; window += gap) {
        std::vector<Tap> taps = taps_of(window);
        if (window == phase || !same_taps(taps, all.back().taps))
          all.push_back({window, 0, gap, stride, std::move(taps)});
        ++all.back().count;
      }
    return all;
  }
};

// All positions of `to` as runs of kernels/depthwise.h.
class Runs {
 public:
  // `stride`, `origin` and `gap` as in Direction.
  Runs(const ConvGeometry& g, const ir::Shape& from, const ir::Shape& to, YX stride, YX origin, YX gap)
      : channels_(from.channels),
        from_width_(from.width),
        kernel_width_(g.kernel.x),
        down_{from.height, to.height, g.kernel.y, stride.y, origin.y, g.dilation.y, gap.y},
        across_(Direction{from.width, to.width, g.kernel.x, stride.x, origin.x, g.dilation.x, gap.x}.windows()) {}

  // Calls visit(run, numbers of its taps, its windows, y); taps are in row-major order and stand in `source`.
  template <typename Visit>
  void for_each(const float* source, const Visit& visit) const {
    thread_local std::vector<const float*> taps;
    thread_local std::vector<std::int64_t> numbers;
    for (std::int64_t y = 0; y < down_.to; ++y) {
      const std::vector<Tap> rows = down_.taps_of(y);
      for (const Windows& windows : across_) {
        taps.clear();
        numbers.clear();
        for (const Tap& row : rows)
          for (const Tap& col : windows.taps) {
            taps.push_back(source + (row.place * from_width_ + col.place) * channels_);
            numbers.push_back(row.tap * kernel_width_ + col.tap);
          }
        visit(kernels::DepthwiseRun{taps.data(), static_cast<std::int64_t>(taps.size()), windows.count,
                                    windows.source_step * channels_, channels_},
              numbers, windows, y);
      }
    }
  }

 private:
  std::int64_t channels_, from_width_, kernel_width_;
  Direction down_;
  std::vector<Windows> across_;
};

// Every position of `to` from a window of `from`.
void windows_times(const Runs& runs, const ConvGeometry& g, const ir::Shape& from, const ir::Shape& to,
                   std::int64_t images, const float* source, const float* weights, float* out, ThreadPool& threads) {
  const std::int64_t channels = from.channels;
  const std::vector<float> turned = by_tap(weights, channels, g.kernel.y * g.kernel.x);
  threads.for_each_part(images, [&](std::int64_t image) {
    thread_local std::vector<const float*> of_taps;
    float* const target = out + image * to.size();
    runs.for_each(source + image * from.size(),
                  [&](const kernels::DepthwiseRun& run, const std::vector<std::int64_t>& numbers,
                      const Windows& windows, std::int64_t y) {
                    of_taps.clear();
                    for (const std::int64_t number : numbers) of_taps.push_back(turned.data() + number * channels);
                    kernels::active_depthwise().windows(run, of_taps.data(), windows.step * channels,
                                                        target + (y * to.width + windows.first) * channels);
                  });
  });
}

}  // namespace

bool is_depthwise(const ConvGeometry& g) {
  return g.groups > 1 && g.groups == g.in.channels && g.groups == g.out.channels;
}

void depthwise_forward(const ConvGeometry& g, std::int64_t images, const float* input, const float* weights, float* out,
                       ThreadPool& threads) {
  windows_times({g, g.in, g.out, g.stride, g.padding, 1}, g, g.in, g.out, images, input, weights, out, threads);
}

void depthwise_data_gradient(const ConvGeometry& g, std::int64_t images, const float* gradient, const float* rotated,
                             float* target, ThreadPool& threads) {
  const quant::GridLayout layout = g.gradient_layout();
  windows_times({g, g.out, g.in, 1, {layout.border_top, layout.border_left}, g.stride}, g, g.out, g.in, images,
                gradient, rotated, target, threads);
}

void depthwise_image_weight_gradient(const ConvGeometry& g, const float* input, const float* gradient,
                                     float* weight_gradient) {
  const std::int64_t channels = g.in.channels, taps = g.kernel.y * g.kernel.x;
  thread_local std::vector<float> sums;
  thread_local std::vector<float*> of_taps;
  sums.assign(static_cast<std::size_t>(taps * channels), 0.0f);
  const Runs runs(g, g.in, g.out, g.stride, g.padding, 1);
  runs.for_each(input, [&](const kernels::DepthwiseRun& run, const std::vector<std::int64_t>& numbers,
                           const Windows& windows, std::int64_t y) {
    of_taps.clear();
    for (const std::int64_t number : numbers) of_taps.push_back(sums.data() + number * channels);
    kernels::active_depthwise().gradient(run, gradient + (y * g.out.width + windows.first) * channels,
                                         windows.step * channels, of_taps.data());
  });
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t tap = 0; tap < taps; ++tap)
      weight_gradient[c * taps + tap] = sums[static_cast<std::size_t>(tap * channels + c)];
}

}  // namespace ampa::ops
