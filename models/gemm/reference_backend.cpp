#include "gemm/reference_backend.h"

namespace ampa::gemm {

std::optional<JobCycles> ReferenceBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  const JobShape shape = job.shape();
  reset(out, shape);
  const AccumulatorParts parts = shape.parts();
  for (std::int64_t m = 0; m < shape.m; ++m) {
    for (std::int64_t n = 0; n < shape.n; ++n) {
      std::int64_t sum = 0;
      for (std::int64_t i = 0; i < parts.count(); ++i) {
        const AccumulatorPart part = parts[i];
        std::int32_t part_sum = 0;
        for (std::int64_t k = part.begin; k < part.begin + part.depth; ++k)
          part_sum += job.a.code(m, k) * job.b.code(n, k);
        sum += part_sum;
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
