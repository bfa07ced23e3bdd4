// Rows of floats to two-level codes.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/kernels.h"
#include "numerics/random_stream.h"

namespace ampa::quant {

// How codes of some parameters are stored: their own format, and the zero point where there is no tensor position. Two
// levels hold +1 there (rule X2 of NUMERICS.md), and those of a gradient, which is 0 there, lie in codes of 2 bits
// (G6).
struct Storage {
  CodeFormat format;
  std::int32_t gap = 0;
};
Storage storage_of(const numerics::QuantParams& params, bool stochastic);

// The sign, or with a stream stochastic codes of a gradient in one bit (rules X1 and G6).
void quantize_two_level(const float* x, std::int64_t n, const numerics::QuantParams& params,
                        const std::optional<numerics::RandomStream>& stream, std::int64_t first_element,
                        std::uint8_t* codes, kernels::QuantizationSums* sums);

}  // namespace ampa::quant
