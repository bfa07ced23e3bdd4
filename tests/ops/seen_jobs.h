// The jobs that a step ran, as geometries without zero points.
#pragma once

#include <vector>

#include "gemm/job_geometry.h"
#include "gemm/reference_backend.h"

namespace ampa::ops {

class SeenJobs : public gemm::ReferenceBackend {
 public:
  std::vector<gemm::JobGeometry> jobs;
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    jobs.push_back(gemm::geometry_of(job));
    jobs.back().a.zero_point = jobs.back().b.zero_point = 0;
    return ReferenceBackend::run(job, out);
  }
};

}  // namespace ampa::ops
