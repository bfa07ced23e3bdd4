// Channels of a position in vectors of AMPA_FP32_LANES lanes, then of 4, then one by one; compiled once per instruction
// set (see elementwise_loops.h).
#pragma once

#include <cstdint>

namespace ampa::kernels {
namespace {

template <int kLanesOfPart, int kNumParts>
struct ChannelStrip {
  static constexpr int kParts = kNumParts, kStep = kLanesOfPart;
  typedef float Part __attribute__((vector_size(4 * kLanesOfPart)));
  static Part load(const float* x) {
    Part part;
    __builtin_memcpy(&part, x, sizeof part);
    return part;
  }
  static void store(float* x, Part value) { __builtin_memcpy(x, &value, sizeof value); }
};

struct OneChannel {
  static constexpr int kParts = 1, kStep = 1;
  using Part = float;
  static float load(const float* x) { return *x; }
  static void store(float* x, float value) { *x = value; }
};

template <typename Strip, typename Visit>
inline void visit_strips(std::int64_t channels, std::int64_t& c, const Visit& visit) {
  constexpr int kChannels = Strip::kParts * Strip::kStep;
  for (; c + kChannels <= channels; c += kChannels) visit(Strip{}, c);
}

// Calls visit(strip, first channel) until all channels are visited.
template <typename Visit>
inline void for_each_channel_strip(std::int64_t channels, const Visit& visit) {
  std::int64_t c = 0;
  visit_strips<ChannelStrip<AMPA_FP32_LANES, 2>>(channels, c, visit);
  visit_strips<ChannelStrip<AMPA_FP32_LANES, 1>>(channels, c, visit);
  visit_strips<ChannelStrip<4, 1>>(channels, c, visit);
  visit_strips<OneChannel>(channels, c, visit);
}

}  // namespace
}  // namespace ampa::kernels
