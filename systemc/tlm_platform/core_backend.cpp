#include "tlm_platform/core_backend.h"

#include "tlm_platform/core_platform.h"

namespace ampa::systemc {

CoreBackend::CoreBackend(const platform::CoreConfig& config, const platform::MemorySettings& memory, CoreKind kind)
    : config_(config), memory_(memory), kind_(kind) {
  platform::check(config);
  platform::check(memory);
  core_ = kind == CoreKind::kTlm ? make_tlm_core(config) : make_rtl_core(config);
}

std::string_view CoreBackend::name() const {
  return kind_ == CoreKind::kTlm ? "core-tlm" : "core-rtl";
}

std::optional<gemm::JobCycles> CoreBackend::run(const gemm::GemmJob& job, gemm::Accumulators& out) {
  gemm::check(job);
  JobImage image = make_image(platform::plan_job(config_, gemm::geometry_of(job), memory_), job);
  last_run_ = core_->run(image, memory_, options_);
  read_results(image, out);
  return last_run_.cycles;
}

}  // namespace ampa::systemc
