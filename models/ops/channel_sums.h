// The order in which FP32 ops add in double: over the channels of a position, and over images.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "common/ceil_div.h"
#include "common/thread_pool.h"

namespace ampa::ops {

// Rule T6 of NUMERICS.md: the sum of term(i) for i < n, a double each; eight lanes, so that it vectorises.
template <typename Term>
double sum_over_channels(std::int64_t n, const Term& term) {
  double lanes[8] = {};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += term(i + lane);
  for (int lane = 0; i < n; ++i, ++lane) lanes[lane] += term(i);
  for (int half = 4; half > 0; half /= 2)
    for (int lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  return lanes[0];
}

// Rule T7: out[i] is the sum over images of what add(image, sums) adds to sums[i], i < out.size().
template <typename Add>
void sum_over_images(std::int64_t images, ThreadPool& threads, Eigen::ArrayXf& out, const Add& add) {
  const std::int64_t size = out.size();
  std::vector<double> sums(static_cast<std::size_t>(images * size), 0.0);
  threads.for_each_part(images, [&](std::int64_t image) { add(image, sums.data() + image * size); });
  constexpr std::int64_t kPerPart = 1024;
  threads.for_each_part(ceil_div(size, kPerPart), [&](std::int64_t part) {
    for (std::int64_t i = part * kPerPart; i < std::min(size, (part + 1) * kPerPart); ++i) {
      double sum = 0;
      for (std::int64_t image = 0; image < images; ++image) sum += sums[static_cast<std::size_t>(image * size + i)];
      out[i] = static_cast<float>(sum);
    }
  });
}

}  // namespace ampa::ops
