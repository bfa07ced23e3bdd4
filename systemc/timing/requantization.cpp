#include "timing/requantization.h"

#include <algorithm>

#include "common/ceil_div.h"
#include "numerics/corrected_sum.h"

namespace ampa::timing {

std::int32_t Requantization::code(std::int64_t sum, std::int64_t column, std::uint64_t number) const {
  const std::int64_t col = columns.empty() ? 0 : columns[static_cast<std::size_t>(column)];
  const std::int64_t corrected = numerics::corrected_sum(sum, 0, col);
  return random ? numerics::requantize_stochastic(corrected, scale, params, random->bits16(number))
                : numerics::requantize_nearest(corrected, scale, params);
}

std::optional<CodeResults> form_of(const std::optional<Requantization>& codes) {
  if (!codes) return std::nullopt;
  return CodeResults{codes->params.format.bits, codes->random.has_value(), !codes->columns.empty()};
}

std::int64_t quantize_cycles(const CoreConfig& config, CodeResults form, std::int64_t num_sums) {
  constexpr std::int64_t kFixed = 13;      // begin, the units' latency, the last beat of codes
  constexpr std::int64_t kPhiloxSums = 8;  // of a block of 128 random bits
  constexpr std::int64_t kPhiloxCycles = 2;
  const std::int64_t lanes = config.port_bytes / 4;
  const std::int64_t rounds = ceil_div(num_sums, std::max(kPhiloxSums, lanes));
  return kFixed + ceil_div(num_sums, lanes) + (form.is_stochastic ? rounds * kPhiloxCycles : 0);
}

}  // namespace ampa::timing
