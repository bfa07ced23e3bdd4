// Running statistics of batch norm from training samples.
#include "train/calibration.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "train/batch.h"

namespace ampa::train {

TEST_CASE("calibration: running statistics are the means of the batches', whatever they were, on any threads") {
  const auto source = data::load_source("synthetic", "", 100, 1);
  const ir::Network network = networks::load_network("tinyresnet", source->shape().input.shape, 10);
  const auto program = [&] { return ops::build_program(network, ir::Arithmetic::kFp32, 2); };
  ThreadPool threads(1), more(3);
  gemm::CpuBackend backend(threads);
  std::vector<Eigen::ArrayXf> of_batches[2];
  for (const std::int64_t i : {0, 1}) {
    ir::Program one = program();
    ir::StepContext context;
    context.threads = &threads;
    context.backend = &backend;
    context.norm_momentum = 1;
    std::vector<std::int64_t> indices;
    for (std::int64_t k = 0; k < 32; ++k) indices.push_back(32 * i + k);
    Batch batch;
    read_batch(*source, data::Part::kTrain, indices.data(), 32, {}, batch);
    one.forward(batch.input, context);
    for (const ir::Buffer& buffer : one.buffers()) of_batches[i].push_back(*buffer.value);
  }
  ir::Program found = program(), again = program();
  for (const ir::Buffer& buffer : found.buffers()) buffer.value->setConstant(5);
  calibrate_norms(found, *source, 70, 32, threads);
  calibrate_norms(again, *source, 64, 32, more);
  for (std::size_t i = 0; i < found.buffers().size(); ++i) {
    const Eigen::ArrayXf mean = (of_batches[0][i] + of_batches[1][i]) / 2;
    const Eigen::ArrayXf& value = *found.buffers()[i].value;
    CHECK((value - mean).abs().maxCoeff() <= 1e-5f * (1 + mean.abs().maxCoeff()));
    CHECK((value == *again.buffers()[i].value).all());
  }
  CHECK_THROWS_AS(calibrate_norms(found, *source, 20, 32, threads), InputError);
}

}  // namespace ampa::train
