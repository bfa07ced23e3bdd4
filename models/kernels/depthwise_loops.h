// The loops of depthwise.h, compiled once per instruction set (see elementwise_loops.h).
#pragma once

#include "kernels/channel_strips.h"
#include "kernels/depthwise.h"

namespace ampa::kernels {
namespace {

void depthwise_windows(const DepthwiseRun& run, const float* const* weights, std::int64_t out_step, float* out) {
  for_each_channel_strip(run.channels, [&](auto strip, std::int64_t c) {
    using S = decltype(strip);
    for (std::int64_t i = 0; i < run.positions; ++i) {
      typename S::Part sums[S::kParts] = {};
      const std::int64_t at = i * run.step + c;
      for (std::int64_t t = 0; t < run.num_taps; ++t)
#pragma GCC unroll 2
        for (int p = 0; p < S::kParts; ++p)
          sums[p] += S::load(run.taps[t] + at + p * S::kStep) * S::load(weights[t] + c + p * S::kStep);
#pragma GCC unroll 2
      for (int p = 0; p < S::kParts; ++p) S::store(out + i * out_step + c + p * S::kStep, sums[p]);
    }
  });
}

// Taps first .. first + kTaps - 1, whose sums stay in registers.
template <typename S, int kTaps>
inline void gradient_of_taps(const DepthwiseRun& run, std::int64_t first, std::int64_t c, const float* g,
                             std::int64_t g_step, float* const* sums) {
  typename S::Part of_tap[kTaps][S::kParts];
  const float* taps[kTaps];
#pragma GCC unroll 3
  for (int t = 0; t < kTaps; ++t) {
    taps[t] = run.taps[first + t] + c;
#pragma GCC unroll 2
    for (int p = 0; p < S::kParts; ++p) of_tap[t][p] = S::load(sums[first + t] + c + p * S::kStep);
  }
  for (std::int64_t i = 0; i < run.positions; ++i) {
#pragma GCC unroll 2
    for (int p = 0; p < S::kParts; ++p) {
      const typename S::Part gradient = S::load(g + i * g_step + c + p * S::kStep);
#pragma GCC unroll 3
      for (int t = 0; t < kTaps; ++t) of_tap[t][p] += gradient * S::load(taps[t] + i * run.step + p * S::kStep);
    }
  }
#pragma GCC unroll 3
  for (int t = 0; t < kTaps; ++t)
#pragma GCC unroll 2
    for (int p = 0; p < S::kParts; ++p) S::store(sums[first + t] + c + p * S::kStep, of_tap[t][p]);
}

void depthwise_gradient(const DepthwiseRun& run, const float* g, std::int64_t g_step, float* const* sums) {
  for_each_channel_strip(run.channels, [&](auto strip, std::int64_t c) {
    using S = decltype(strip);
    std::int64_t t = 0;
    for (; t + 3 <= run.num_taps; t += 3) gradient_of_taps<S, 3>(run, t, c, g, g_step, sums);
    for (; t + 2 <= run.num_taps; t += 2) gradient_of_taps<S, 2>(run, t, c, g, g_step, sums);
    for (; t < run.num_taps; ++t) gradient_of_taps<S, 1>(run, t, c, g, g_step, sums);
  });
}

template <typename Code>
inline void widen_codes(const std::uint8_t* __restrict codes, std::int64_t n, float* __restrict out) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = static_cast<float>(static_cast<std::int32_t>(static_cast<Code>(codes[i])));
}

void widen(const std::uint8_t* codes, std::int64_t n, bool is_signed, float* out) {
  if (is_signed)
    widen_codes<std::int8_t>(codes, n, out);
  else
    widen_codes<std::uint8_t>(codes, n, out);
}

}  // namespace
}  // namespace ampa::kernels
