#include "verify/expected_sums.h"

#include "common/error.h"

namespace ampa::verify {
namespace {

constexpr std::int64_t kFewMacs = 4096, kManyMacs = 1'000'000;

}  // namespace

gemm::Accumulators ExpectedSums::of(const gemm::GemmJob& job, const gemm::Accumulators* recorded) {
  gemm::Accumulators sums;
  cpu_.run(job, sums);
  const std::int64_t macs = job.shape().macs();
  if (macs <= kFewMacs || (num_jobs_ % 64 == 0 && macs <= kManyMacs)) {
    gemm::Accumulators plain;
    reference_.run(job, plain);
    if (!(plain == sums)) throw MismatchError("verify: " + job.layer + ": the cpu backend differs from the reference");
    num_reference_macs_ += macs;
  }
  if (recorded != nullptr && !(*recorded == sums))
    throw MismatchError("verify: " + job.layer + ": the recorded sums differ from the cpu backend's");
  ++num_jobs_;
  return sums;
}

}  // namespace ampa::verify
