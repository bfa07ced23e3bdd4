// Runs a recorded step again and compares every integer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "gemm/backend.h"
#include "trace/trace.h"

namespace ampa::trace {

struct ReplayReport {
  std::int64_t num_jobs = 0, num_macs = 0;
  std::int64_t num_quantizers = 0, num_codes = 0;
  std::int64_t num_mismatches = 0;  // jobs and quantizers with at least one differing integer
  bool equal = true;
  std::string first_mismatch;             // job or quantizer, position, recorded and found value; empty if equal
  std::optional<gemm::JobCycles> cycles;  // of all jobs; only if the backend models time
};

// After each job and quantizer, with the number of both that are done and to do.
using ReplayProgress = std::function<void(std::int64_t done, std::int64_t total)>;

// Runs every job on `backend` and every quantizer with the scalar functions of numerics/. A difference is a result, not
// an error; a damaged trace throws InputError (see trace::read).
ReplayReport replay(const Trace& trace, gemm::Backend& backend, const ReplayProgress& on_progress = nullptr);
ReplayReport replay(const std::filesystem::path& folder, gemm::Backend& backend,
                    const ReplayProgress& on_progress = nullptr);

}  // namespace ampa::trace
