// Random layers, memories and scratchpads for the planner.
#pragma once

#include <random>
#include <string>

#include "common/ceil_div.h"
#include "gemm/conv_shape.h"
#include "timing/core_config.h"
#include "timing/job_plan.h"

namespace ampa::timing::testing {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : bits_(seed) {}
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return uniform(1, 100) <= percent; }
  // As many of each octave.
  std::int64_t spread(std::int64_t low, std::int64_t high) {
    std::int64_t octave = 0;
    while (low << (octave + 1) <= high) ++octave;
    return std::min(high, (low << uniform(0, octave)) + uniform(0, low));
  }

 private:
  std::mt19937_64 bits_;
};

struct Layer {
  gemm::JobGeometry job;
  std::string name;
};

// A convolution or a GEMM of up to `most` positions and channels, one of its three passes, at random widths.
inline Layer random_layer(Draw& draw, std::int64_t most) {
  gemm::ConvShape c;
  if (draw.chance(50)) {
    c.images = draw.spread(1, 4 * most);
    c.in_channels = draw.spread(1, most);
    c.out_channels = draw.spread(1, most);
  } else {
    c.kernel_height = c.kernel_width = 1 + 2 * draw.uniform(0, 2);
    c.padding = draw.uniform(0, c.kernel_height / 2);
    c.stride = draw.chance(70) ? 1 : 2;
    c.in_height = draw.uniform(c.kernel_height, 40);
    c.in_width = draw.uniform(c.kernel_width, 40);
    c.out_height = (c.in_height + 2 * c.padding.y - c.kernel_height) / c.stride.y + 1;
    c.out_width = (c.in_width + 2 * c.padding.x - c.kernel_width) / c.stride.x + 1;
    c.images = draw.spread(1, 64);
    c.in_channels = draw.spread(1, std::min<std::int64_t>(most, 256));
    c.out_channels = draw.spread(1, std::min<std::int64_t>(most, 256));
  }
  constexpr gemm::Pass kPasses[] = {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient};
  const gemm::Pass pass = kPasses[draw.uniform(0, 2)];
  const auto width = [&] { return static_cast<Bits>(2 * draw.uniform(1, 4)); };
  Layer layer;
  layer.job = gemm::conv_geometry(c, pass, {{width(), false}, {width(), true}, {width(), true}});
  const gemm::JobShape shape = layer.job.shape();
  layer.name = std::string(gemm::to_string(pass)) + " " + std::to_string(shape.m) + " x " + std::to_string(shape.n) +
               " x " + std::to_string(shape.k) + ", " + std::to_string(c.images) + " images of " +
               std::to_string(c.in_height) + " x " + std::to_string(c.in_width) + " x " +
               std::to_string(c.in_channels) + ", kernel " + std::to_string(c.kernel_height) + ", stride " +
               std::to_string(c.stride.y);
  return layer;
}

inline MemorySettings random_memory(Draw& draw) {
  MemorySettings memory;
  memory.latency_cycles = draw.spread(1, 200);
  memory.bytes = draw.spread(1, 64);
  memory.per_cycles = draw.chance(70) ? 1 : draw.uniform(1, 9);
  if (draw.chance(25)) {
    memory.gap_cycles = draw.uniform(1, 50);
    memory.gap_period_cycles = memory.gap_cycles + draw.spread(1, 1000);
  }
  return memory;
}

inline std::optional<CodeResults> random_codes(Draw& draw, const gemm::JobGeometry& job) {
  if (job.a.transposed || draw.chance(60)) return std::nullopt;
  return CodeResults{static_cast<Bits>(draw.uniform(2, 8)), draw.chance(50),
                     draw.chance(50) && job.b.rows() <= kMaxColumns};
}

}  // namespace ampa::timing::testing
