// A Backend that runs every job on a core with a memory.
#pragma once

#include <memory>
#include <string>

#include "core/core_model.h"
#include "gemm/backend.h"
#include "platform/memory_settings.h"

namespace ampa::systemc {

enum class CoreKind { kTlm, kRtl };

// Named "core-tlm" or "core-rtl". run() gives the cycles in four parts; it throws InputError for a job that the core
// refuses (platform::plan_job).
class CoreBackend : public gemm::Backend {
 public:
  // Throws InputError if the configuration, or the memory, is none, or has no RTL model and `kind` asks for it.
  CoreBackend(const platform::CoreConfig& config, const platform::MemorySettings& memory, CoreKind kind);

  std::string_view name() const override;
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override;

  // Cycles and bytes of the last job.
  const platform::CoreRun& last_run() const { return last_run_; }
  // The jobs that follow write their wave there, each over the one before; empty: none.
  void set_wave_path(const std::string& path) { options_.wave_path = path; }

 private:
  platform::CoreConfig config_;
  platform::MemorySettings memory_;
  CoreKind kind_;
  std::unique_ptr<CoreModel> core_;
  RunOptions options_;
  platform::CoreRun last_run_;
};

}  // namespace ampa::systemc
