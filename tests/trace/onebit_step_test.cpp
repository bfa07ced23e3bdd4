// A step in one bit, recorded and replayed: two-level codes, gathered groups, scales divided by probabilities.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "ops/two_level_network.h"
#include "trace/recorder.h"
#include "trace/replay.h"

namespace ampa::trace {

TEST_CASE("a step in one bit is recorded and comes back, every code and sum") {
  const ir::Network network = ops::two_level_network(networks::load_network("tinycnn", {1, 8, 8}, 4));
  ir::Recipe recipe;
  recipe.two_level = ir::TwoLevel{};
  ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 1, ops::Streaming::kOn, recipe);
  for (ir::QuantizedLayer* layer : program.quantized_layers()) layer->set_bits({1, 1, 4});
  ThreadPool threads(1);
  gemm::CpuBackend cpu(threads);
  TemporaryFolder folder;
  Writer writer(folder.path() / "step");
  RecordingBackend backend(cpu, writer);
  RecordingObserver observer(writer);
  ir::StepContext context;
  context.threads = &threads;
  context.backend = &backend;
  context.observer = &observer;
  ir::Tensor images, gradient;
  images.resize(16, 8, 8, 1);
  gradient.resize(16, 1, 1, 4);
  const numerics::RandomStream stream{4, 0, 0};
  for (std::int64_t i = 0; i < images.size(); ++i)
    images.values[i] = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) * 0x1p-31 - 1);
  for (std::int64_t i = 0; i < gradient.size(); ++i) gradient.values[i] = images.values[i];
  program.forward(images, context);
  program.backward(gradient, context);
  writer.finish();

  gemm::ReferenceBackend reference;
  const ReplayReport report = replay(folder.path() / "step", reference);
  CHECK(report.equal);
  CHECK(report.first_mismatch.empty());
  CHECK(report.num_jobs == writer.num_jobs());
  CHECK(report.num_jobs <= 9);
  CHECK(report.num_jobs >= 6);
  CHECK(report.num_quantizers == report.num_jobs + 3);  // two of every forward job, one of every other
}

}  // namespace ampa::trace
