#include "quant/dequantize.h"

#include <catch2/catch.hpp>

namespace ampa::quant {

TEST_CASE("dequantize: narrow and wide sums, row and column corrections") {
  ThreadPool threads(2);
  gemm::Accumulators narrow{2, 3, {10, -20, 30, 40, 50, -60}, {}};
  gemm::Accumulators wide{2, 3, {}, {10, -20, 30, 40, 50, -60}};
  for (const gemm::Accumulators* sums : {&narrow, &wide})
    for (const bool by_row : {false, true}) {
      gemm::ZeroPointCorrection correction;
      if (by_row)
        correction.row = {7, -9};
      else
        correction.col = {1, 2, 3};
      std::vector<float> out(6);
      dequantize(*sums, correction, 0.1f, false, threads, out.data());
      std::int64_t total = 0;
      for (int m = 0; m < 2; ++m)
        for (int n = 0; n < 3; ++n) {
          const std::int64_t corrected = sums->at(m, n) - (by_row ? correction.row[static_cast<std::size_t>(m)]
                                                                  : correction.col[static_cast<std::size_t>(n)]);
          CHECK(out[static_cast<std::size_t>(m * 3 + n)] == static_cast<float>(corrected) * 0.1f);
          total += std::abs(corrected);
        }
      CHECK(sum_abs(*sums, correction) == total);
    }
}

}  // namespace ampa::quant
