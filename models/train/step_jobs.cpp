#include "train/step_jobs.h"

#include "ops/build_program.h"

namespace ampa::train {

std::vector<record::StepJob> step_jobs(const ir::Program& program, std::int64_t batch_size) {
  std::vector<record::StepJob> jobs;
  for (const ir::StepGemm& gemm : program.gemms()) {
    if (gemm.matmul == nullptr) continue;
    const gemm::LayerShape of_batch = gemm::with_images(gemm.matmul->shape, batch_size);
    const gemm::JobShape shape = gemm::job_geometry(of_batch, gemm.pass, {}).shape();
    jobs.push_back({gemm.matmul->layer, gemm.pass, shape.m, shape.n, shape.k, of_batch, shape.batch, gemm.counted_macs,
                    gemm.operands, gemm.keep_one_in});
  }
  return jobs;
}

std::vector<record::StepJob> step_jobs(const ir::Network& network, std::int64_t batch_size) {
  return step_jobs(ops::build_program(network, ir::Arithmetic::kInteger, std::nullopt), batch_size);
}

std::vector<record::CountedJob> counted_only_jobs(const ir::Program& program) {
  std::vector<record::CountedJob> jobs;
  const std::vector<ir::QuantizedLayer*> layers = program.quantized_layers();
  for (const ir::StepGemm& gemm : program.gemms())
    if (gemm.matmul == nullptr)
      jobs.push_back({layers[gemm.layer]->name(), gemm.pass, gemm.counted_macs, gemm.operands, gemm.keep_one_in});
  return jobs;
}

}  // namespace ampa::train
