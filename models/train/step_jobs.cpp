#include "train/step_jobs.h"

#include "gemm/job_geometry.h"
#include "ops/build_program.h"

namespace ampa::train {

std::vector<record::StepJob> step_jobs(const ir::Program& program, std::int64_t batch_size) {
  std::vector<record::StepJob> jobs;
  for (const ir::StepMatmul* matmul : program.matmuls()) {
    gemm::ConvShape conv = matmul->conv;
    conv.images = batch_size;
    const gemm::JobShape shape = gemm::conv_geometry(conv, matmul->pass, {}).shape();
    jobs.push_back({matmul->layer, matmul->pass, shape.m, shape.n, shape.k, conv, shape.batch});
  }
  return jobs;
}

std::vector<record::StepJob> step_jobs(const ir::Network& network, std::int64_t batch_size) {
  return step_jobs(ops::build_program(network, ir::Arithmetic::kInteger, 0), batch_size);
}

}  // namespace ampa::train
