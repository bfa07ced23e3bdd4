// The inner loops of convolutions whose channels do not mix, per instruction set: vectors of channels, every product
// and every sum rounded on its own. Of small integers, whose sums stay below 2^24, they are exact.
#pragma once

#include <cstdint>

namespace ampa::kernels {

// Positions of a line that see the same taps: tap t of position i lies taps[t] + i * step floats.
struct DepthwiseRun {
  const float* const* taps = nullptr;
  std::int64_t num_taps = 0;
  std::int64_t positions = 0;
  std::int64_t step = 0;
  std::int64_t channels = 0;
};

struct DepthwiseKernels {
  // out[i * out_step + c] = sum over taps ascending, from 0, of tap t of position i, channel c, times weights[t][c].
  void (*windows)(const DepthwiseRun& run, const float* const* weights, std::int64_t out_step, float* out);

  // sums[t][c] += g[i * g_step + c] times tap t of position i, channel c, for ascending positions.
  void (*gradient)(const DepthwiseRun& run, const float* g, std::int64_t g_step, float* const* sums);

  // out[i] = codes[i], n bytes of signed or of unsigned codes.
  void (*widen)(const std::uint8_t* codes, std::int64_t n, bool is_signed, float* out);
};

const DepthwiseKernels& active_depthwise();

}  // namespace ampa::kernels
