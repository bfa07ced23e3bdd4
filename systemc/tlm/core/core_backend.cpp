#include "tlm/core/core_backend.h"

#include <fmt/format.h>

#include "common/error.h"
#include "tlm/core/core_platform.h"

namespace ampa::tlm {

CoreBackend::CoreBackend(const timing::CoreConfig& config, const timing::MemorySettings& memory, CoreKind kind)
    : config_(config), memory_(memory), kind_(kind) {
  timing::check(config);
  timing::check(memory);
  core_ = kind == CoreKind::kTlm ? make_tlm_core(config) : make_rtl_core(config);
}

std::string_view CoreBackend::name() const {
  return kind_ == CoreKind::kTlm ? "core-tlm" : "core-rtl";
}

std::optional<gemm::JobCycles> CoreBackend::run(const gemm::GemmJob& job, gemm::Accumulators& out) {
  gemm::check(job);
  for (const gemm::Operand* operand : {&job.a, &job.b})
    if (operand->tensor->has_own_gaps)
      throw InputError(
          fmt::format("core: layer '{}': {}: operand {}: expected one zero point for all padding, found "
                      "groups with their own",
                      job.layer, gemm::to_string(job.pass), operand == &job.a ? "a" : "b"));
  rtl::JobImage image = rtl::make_image(timing::plan_job(config_, gemm::geometry_of(job), memory_), job);
  last_run_ = core_->run(image, memory_, options_);
  rtl::read_results(image, out);
  return last_run_.cycles;
}

}  // namespace ampa::tlm
