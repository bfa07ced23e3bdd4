#include <catch2/catch.hpp>

#include "gemm/gemm_job.h"

using namespace ampa;

TEST_CASE("the parts of a job cover K in order, all but the last as deep as 32 bits allow") {
  for (const CodeFormat a : {CodeFormat{8, false}, {8, true}, {3, true}})
    for (const CodeFormat b : {CodeFormat{8, false}, {5, true}}) {
      const std::int64_t bound = numerics::max_accumulator_depth(a, b);
      for (const std::int64_t k : {std::int64_t{1}, bound - 1, bound, bound + 1, 2 * bound, 3 * bound + 5}) {
        const gemm::AccumulatorParts parts = gemm::JobShape{2, 3, k, a, b}.parts();
        CHECK(parts.count() == numerics::num_accumulator_parts(a, b, k));
        CHECK(parts.is_split() == (k > bound));
        std::int64_t next = 0;
        for (std::int64_t i = 0; i < parts.count(); ++i) {
          CHECK(parts[i].begin == next);
          CHECK(parts[i].depth == (i + 1 < parts.count() ? bound : k - next));
          next += parts[i].depth;
        }
        CHECK(next == k);
      }
    }
}
