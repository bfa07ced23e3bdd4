// The step kept in traces/ must replay on every backend of models/, and the trainer must still produce it.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "trace/recorder.h"
#include "trace/replay.h"
#include "train/trainer.h"

namespace ampa {
namespace {

const std::filesystem::path kTrace = std::filesystem::path(AMPA_SOURCE_DIR) / "traces" / "tinyresnet_step";

// Records one step of the run that the context of a trace describes.
void record_step(const Json& context, std::int64_t step, const std::filesystem::path& folder) {
  const train::TrainConfig config = train::config_from_json(context.at("config"), "context");
  ThreadPool threads(2);
  gemm::CpuBackend cpu(threads);
  trace::Writer writer(folder, step);
  trace::RecordingBackend backend(cpu, writer);
  trace::RecordingObserver observer(writer);
  train::TrainOptions options;
  options.backend = &backend;
  options.observer = &observer;
  options.threads = &threads;
  options.max_steps = step + 1;
  train::train(config, options);
  writer.finish(context);
}

}  // namespace

TEST_CASE("the recorded step replays on the reference") {
  gemm::ReferenceBackend backend;
  const trace::ReplayReport report = trace::replay(kTrace, backend);
  INFO(report.first_mismatch);
  CHECK(report.equal);
  CHECK(report.num_jobs >= 3);
  CHECK(report.num_quantizers >= 3);
}

TEST_CASE("the recorded step replays on the cpu backend with every instruction set") {
  ThreadPool threads(2);
  gemm::CpuBackend backend(threads);
  for (const std::string& name : kernels::available()) {
    kernels::select(name);
    const trace::ReplayReport report = trace::replay(kTrace, backend);
    INFO(name << ": " << report.first_mismatch);
    CHECK(report.equal);
  }
  kernels::select("auto");
}

TEST_CASE("the trainer still produces the recorded step, bit for bit") {
  const TemporaryFolder folder;
  const trace::Trace kept = trace::read(kTrace);
  record_step(kept.context, kept.jobs.front().step, folder.path() / "again");
  CHECK(read_file(folder.path() / "again" / "index.json") == read_file(kTrace / "index.json"));
}

// Not a test, and not run as one: how traces/tinyresnet_step was made. Remove the folder first.
TEST_CASE("make the recorded step", "[.make]") {
  train::TrainConfig config;
  config.network = "tinyresnet";
  config.dataset = "synthetic";
  config.epochs = 4;
  config.batch_size = 2;
  config.max_train = 4;
  config.max_test = 2;
  config.ampa.alpha = 25;
  config.ampa.beta = 50;
  config.ampa.gamma = 75;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  record_step({{"config", train::to_json(config)}}, 6,
         kTrace);  // the first step of the last epoch: widths are mixed by then
}

}  // namespace ampa
