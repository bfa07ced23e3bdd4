#include "gemm/reference_backend.h"

#include <algorithm>

namespace ampa::gemm {

std::optional<JobCycles> ReferenceBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  const JobShape shape = job.shape();
  reset(out, shape);
  const std::int64_t part_depth = numerics::max_accumulator_depth(shape.a, shape.b);
  for (std::int64_t m = 0; m < shape.m; ++m) {
    for (std::int64_t n = 0; n < shape.n; ++n) {
      std::int64_t sum = 0;
      for (std::int64_t begin = 0; begin < shape.k; begin += part_depth) {
        const std::int64_t end = std::min(begin + part_depth, shape.k);
        std::int32_t part = 0;
        for (std::int64_t k = begin; k < end; ++k) part += job.a.code(m, k) * job.b.code(n, k);
        sum += part;
      }
      const auto i = static_cast<std::size_t>(m * shape.n + n);
      if (out.is_wide())
        out.wide[i] = sum;
      else
        out.narrow[i] = static_cast<std::int32_t>(sum);
    }
  }
  return std::nullopt;
}

}  // namespace ampa::gemm
