#include "train/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "train/batch.h"

namespace ampa::train {

void calibrate_norms(ir::Program& program, const data::Source& source, std::int64_t num_samples,
                     std::int64_t batch_size, ThreadPool& threads) {
  const std::int64_t num_batches = std::min(num_samples, source.count(data::Part::kTrain)) / batch_size;
  if (num_batches < 1)
    throw InputError(fmt::format("calibrate: expected at least a batch of {} training {}, found {}", batch_size,
                                 source.shape().samples(), num_samples));
  gemm::CpuBackend backend(threads);
  ir::StepContext context;
  context.threads = &threads;
  context.backend = &backend;
  std::vector<std::int64_t> indices(static_cast<std::size_t>(batch_size));
  Batch batch;
  for (std::int64_t i = 0; i < num_batches; ++i) {
    std::iota(indices.begin(), indices.end(), i * batch_size);
    read_batch(source, data::Part::kTrain, indices.data(), batch_size, {}, batch);
    context.step = i;
    context.norm_momentum = 1.0 / static_cast<double>(i + 1);  // of batch i: the mean of 0 .. i
    program.forward(batch.input, context);
  }
}

}  // namespace ampa::train
