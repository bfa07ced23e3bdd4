#include "verify/stressed_backend.h"

#include <fmt/format.h>

#include <utility>

#include "common/error.h"
#include "verify/job_check.h"

namespace ampa::verify {
namespace {

class StressedBackend : public gemm::Backend {
 public:
  StressedBackend(timing::HardwarePoint point, std::vector<rtl::Stress> stress)
      : point_(std::move(point)), stress_(std::move(stress)), device_(rtl_device(point_)()) {}

  std::string_view name() const override { return device_->name(); }

  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    const rtl::Stress stress = num_jobs_ < stress_.size() ? stress_[num_jobs_] : rtl::Stress{};
    const std::string where = fmt::format("{} on {}: job {} ({})", point_.name, name(), num_jobs_++, job.layer);
    Outcome outcome;
    try {
      outcome = device_->run(job, stress);
    } catch (const RunError& error) {
      throw MismatchError(where + ": " + error.what());
    }
    if (const auto difference = check_cycles(point_, job.shape(), outcome))
      throw MismatchError(where + ": " + *difference);
    out = std::move(outcome.sums);
    return outcome.cycles;
  }

 private:
  timing::HardwarePoint point_;
  std::vector<rtl::Stress> stress_;
  std::unique_ptr<Device> device_;
  std::size_t num_jobs_ = 0;
};

}  // namespace

std::unique_ptr<gemm::Backend> make_stressed_backend(const timing::HardwarePoint& point,
                                                     std::vector<rtl::Stress> stress) {
  return std::make_unique<StressedBackend>(point, std::move(stress));
}

}  // namespace ampa::verify
