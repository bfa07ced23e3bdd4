// What the memory holds after a job on a core against what the reference's sums make of it.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "numerics/corrected_sum.h"
#include "rtl/core/core_model.h"

namespace ampa::rtl {

// The M x N codes that the job's sums become, one a byte: rules Z3, R2 and R3, a block of results after the other.
inline std::vector<std::uint8_t> expected_codes(const timing::JobPlan& plan, const timing::Requantization& codes,
                                                const gemm::Accumulators& sums) {
  std::vector<std::uint8_t> expected(static_cast<std::size_t>(plan.m() * plan.n()));
  std::uint64_t element = 0;
  for (const timing::ResultBlock& block : timing::result_blocks(plan)) {
    for (std::int64_t row = block.row; row < block.row + block.rows; ++row)
      for (std::int64_t col = block.col; col < block.col + block.cols; ++col) {
        const auto at = static_cast<std::size_t>(row * plan.n() + col);
        const std::int32_t correction = codes.columns.empty() ? 0 : codes.columns[static_cast<std::size_t>(col)];
        const std::int64_t sum = std::int64_t{sums.narrow[at]} - correction;
        expected[at] =
            static_cast<std::uint8_t>(codes.random ? numerics::requantize_stochastic(sum, codes.scale, codes.params,
                                                                                     codes.random->bits16(element))
                                                   : numerics::requantize_nearest(sum, codes.scale, codes.params));
        ++element;
      }
    element = (element + 7) / 8 * 8;
  }
  return expected;
}

inline void check_results(const JobImage& image, const std::optional<timing::Requantization>& codes,
                          const gemm::Accumulators& sums) {
  if (codes) {
    REQUIRE(read_codes(image, codes->params.format) == expected_codes(image.plan, *codes, sums));
    return;
  }
  gemm::Accumulators found;
  read_results(image, found);
  REQUIRE(found == sums);
}

}  // namespace ampa::rtl
