#include "train/step_jobs.h"

#include "bitops/bitops.h"
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

void describe_layers(const ir::Network& network, const ir::Program& program, std::int64_t batch_size,
                     record::RunRecord& record) {
  const std::vector<std::string> names = network.quantized_names();
  const std::vector<bitops::LayerSize> sizes = bitops::layer_sizes(network);
  for (std::size_t i = 0; i < names.size(); ++i)
    record.layers.push_back({names[i], sizes[i].macs, sizes[i].num_weights});
  record.jobs = step_jobs(program, batch_size);
  record.counted_only = counted_only_jobs(program);
}

}  // namespace ampa::train
