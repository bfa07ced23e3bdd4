#include "gemm/zero_point.h"

#include <catch2/catch.hpp>

#include "gemm/random_job.h"
#include "gemm/reference_backend.h"

namespace ampa::gemm {
namespace {

using testing::Random;

TEST_CASE("the correction turns sums of raw codes into sums of (code - zero point)") {
  Random random(21);
  for (int i = 0; i < 150; ++i) {
    testing::OwnedJob owned = i % 2 == 0 ? testing::random_mixture(random) : testing::random_weight_gradient(random);
    const GemmJob& job = owned.job;
    for (CodeTensor* tensor : {owned.a.get(), owned.b.get()})
      tensor->zero_point =
          random.between(0, 2) == 0
              ? 0
              : static_cast<std::int32_t>(random.between(tensor->format.min_code(), tensor->format.max_code()));
    Accumulators raw;
    ReferenceBackend().run(job, raw);
    const ZeroPointCorrection correction = zero_point_correction(job);
    CHECK(correction.row.empty() == (job.b.zero_point() == 0));
    CHECK(correction.col.empty() == (job.a.zero_point() == 0));
    for (std::int64_t m = 0; m < job.m(); m += 3)
      for (std::int64_t n = 0; n < job.n(); n += 5) {
        std::int64_t expected = 0;
        for (std::int64_t k = 0; k < job.k(); ++k)
          expected += (job.a.code(m, k) - job.a.zero_point()) * (job.b.code(n, k) - job.b.zero_point());
        const std::int64_t row = correction.row.empty() ? 0 : correction.row[static_cast<std::size_t>(m)];
        const std::int64_t col = correction.col.empty() ? 0 : correction.col[static_cast<std::size_t>(n)];
        REQUIRE(raw.at(m, n) - row - col == expected);
      }
  }
}

}  // namespace
}  // namespace ampa::gemm
