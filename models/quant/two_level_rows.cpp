#include "quant/two_level_rows.h"

#include <algorithm>
#include <cstdlib>

#include "kernels/binary_dot.h"
#include "numerics/two_level.h"

namespace ampa::quant {
namespace {

constexpr std::int64_t kTogether = 256;

// t of numerics::two_level_stochastic by the loops of stochastic rounding, whose codes of it are -1 and 0.
void stochastic(const float* x, std::int64_t n, const numerics::QuantParams& params,
                const numerics::RandomStream& stream, std::int64_t first_element, std::uint8_t* codes) {
  constexpr numerics::QuantParams kOfT{{2, true}, 1, 1, 0, -1, 0};
  float t[kTogether];
  for (std::int64_t first = 0; first < n; first += kTogether) {
    const std::int64_t count = std::min(kTogether, n - first);
    for (std::int64_t i = 0; i < count; ++i) t[i] = x[first + i] * params.inv_scale - 0.5f;
    kernels::active().quantize_stochastic(t, count, kOfT, stream, static_cast<std::uint64_t>(first_element + first),
                                          codes + first, nullptr);
    for (std::int64_t i = first; i < first + count; ++i) codes[i] = codes[i] == 0 ? 1 : 0xFF;
  }
}

}  // namespace

Storage storage_of(const numerics::QuantParams& params, bool stochastic) {
  if (!params.format.is_two_level()) return {params.format, params.zero_point};
  if (stochastic) return {{2, true}, 0};
  return {params.format, numerics::kTwoLevelGap};
}

void quantize_two_level(const float* x, std::int64_t n, const numerics::QuantParams& params,
                        const std::optional<numerics::RandomStream>& stream, std::int64_t first_element,
                        std::uint8_t* codes, kernels::QuantizationSums* sums) {
  if (stream)
    stochastic(x, n, params, *stream, first_element, codes);
  else
    kernels::active_binary().signs(x, n, codes);
  if (sums == nullptr) return;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t code = static_cast<std::int8_t>(codes[i]);
    sums->error_q16 += numerics::quantization_error_q16(x[i], code, params);
    sums->abs_codes += std::abs(code);
  }
}

}  // namespace ampa::quant
