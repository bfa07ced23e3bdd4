#include "verify/verify.h"

#include "array/array_backends.h"
#include "gemm/reference_backend.h"
#include "verify/job_check.h"
#include "verify/job_generator.h"

namespace ampa::systemc {
namespace {

// Runs one job on every device; false at the first difference.
bool add_job(const timing::HardwarePoint& point, const gemm::GemmJob& job, const std::vector<gemm::Backend*>& devices,
             VerifyReport& report) {
  gemm::ReferenceBackend reference;
  gemm::Accumulators expected;
  reference.run(job, expected);
  for (gemm::Backend* device : devices) {
    gemm::JobCycles cycles;
    if (const auto mismatch = check_job(point, job, expected, *device, &cycles)) {
      report.equal = false;
      report.first_mismatch = *mismatch;
      return false;
    }
    if (device == devices.front()) report.num_cycles += cycles.total();
  }
  report.num_macs += job.m() * job.n() * job.k();
  return true;
}

}  // namespace

VerifyReport verify_devices(const timing::HardwarePoint& point, const VerifyOptions& options,
                            const std::vector<gemm::Backend*>& devices) {
  VerifyReport report;
  const std::vector<GeneratedJobPtr> directed = directed_jobs(point);
  const std::int64_t total = static_cast<std::int64_t>(directed.size()) + options.num_jobs;
  const auto progress = [&] {
    if (options.on_progress) options.on_progress(report.num_directed_jobs + report.num_random_jobs, total);
  };
  for (const GeneratedJobPtr& generated : directed) {
    ++report.num_directed_jobs;
    if (!add_job(point, generated->job, devices, report)) return report;
    progress();
  }
  for (std::int64_t index = 0; index < options.num_jobs; ++index) {
    const GeneratedJobPtr generated = random_job(point, options.seed, index);
    ++report.num_random_jobs;
    if (!add_job(point, generated->job, devices, report)) return report;
    progress();
  }
  return report;
}

VerifyReport verify(const timing::HardwarePoint& point, const VerifyOptions& options) {
  const std::unique_ptr<gemm::Backend> rtl = make_rtl_backend(point), tlm = make_tlm_backend(point);
  return verify_devices(point, options, {rtl.get(), tlm.get()});
}

}  // namespace ampa::systemc
