// The definition of a GemmJob's result in plain loops. Slow, and kept for ever.
#pragma once

#include "gemm/backend.h"

namespace ampa::gemm {

class ReferenceBackend : public Backend {
 public:
  std::string_view name() const override { return "reference"; }
  std::optional<JobCycles> run(const GemmJob& job, Accumulators& out) override;
};

}  // namespace ampa::gemm
