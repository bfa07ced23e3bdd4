#include "gemm/reference_backend.h"

namespace ampa::gemm {

namespace {

// Sums of one GEMM.
void run_gemm(const GemmJob& job, std::size_t first_sum, Accumulators& out) {
  const JobShape shape = job.shape();
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
      const std::size_t i = first_sum + static_cast<std::size_t>(m * shape.n + n);
      if (out.is_wide())
        out.wide[i] = sum;
      else
        out.narrow[i] = static_cast<std::int32_t>(sum);
    }
  }
}

}  // namespace

std::optional<JobCycles> ReferenceBackend::run(const GemmJob& job, Accumulators& out) {
  check(job);
  reset(out, job.shape());
  for (std::int64_t b = 0; b < job.batch(); ++b)
    run_gemm(job.element(b), static_cast<std::size_t>(b * job.m() * job.n()), out);
  return std::nullopt;
}

}  // namespace ampa::gemm
