// A Backend that runs every job on a core with a memory.
#pragma once

#include <memory>
#include <string>

#include "gemm/backend.h"
#include "rtl/core/core_model.h"
#include "timing/memory_settings.h"

namespace ampa::tlm {

enum class CoreKind { kTlm, kRtl };

// Named "core-tlm" or "core-rtl". run() gives the cycles in four parts; it throws InputError for a job that the core
// refuses (timing::plan_job).
class CoreBackend : public gemm::Backend {
 public:
  // Throws InputError if the configuration, or the memory, is none, or has no RTL model and `kind` asks for it.
  CoreBackend(const timing::CoreConfig& config, const timing::MemorySettings& memory, CoreKind kind);

  std::string_view name() const override;
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override;

  // Cycles and bytes of the last job.
  const timing::CoreRun& last_run() const { return last_run_; }
  // The jobs that follow write their wave there, each over the one before; empty: none.
  void set_wave_path(const std::string& path) { options_.wave_path = path; }

 private:
  timing::CoreConfig config_;
  timing::MemorySettings memory_;
  CoreKind kind_;
  std::unique_ptr<rtl::CoreModel> core_;
  rtl::RunOptions options_;
  timing::CoreRun last_run_;
};

}  // namespace ampa::tlm
