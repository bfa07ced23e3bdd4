// Training in one bit: scheme onebit from configuration to record.
#include <catch2/catch.hpp>
#include <set>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "run_training.h"
#include "train/trainer.h"
#include "train/two_level.h"

namespace ampa::train {
namespace {

using testing::run;

TrainConfig small_config(const Json& options = Json::object(), const char* network = "tinycnn") {
  TrainConfig config;
  config.network = network;
  config.dataset = "synthetic";
  config.scheme = scheme_from_string("onebit", "test");
  config.optimizer = "adam";
  config.options = options;
  config.epochs = 2;
  config.batch_size = 16;
  config.max_train = 96;
  config.max_test = 40;
  config.lr = 0.01;
  return config;
}

// Keeps the shapes of the jobs of training steps; those of tests, which come in other numbers of images, have no
// number of a step.
class KeepShapes : public gemm::Backend {
 public:
  explicit KeepShapes(gemm::Backend& inner) : inner_(&inner) {}
  std::string_view name() const override { return inner_->name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    if (job.step >= 0) jobs.emplace_back(job.layer + " " + std::string(gemm::to_string(job.pass)), job.shape());
    return inner_->run(job, out);
  }
  std::vector<std::pair<std::string, gemm::JobShape>> jobs;

 private:
  gemm::Backend* inner_;
};

}  // namespace

TEST_CASE("onebit learns the synthetic data, pruned by either rule, unpruned and with one scale") {
  for (const Json& options : {Json::object(), Json{{"pruning", "top"}}, Json{{"gradient_bits", 2}},
                              Json{{"gradient_groups", "all"}}, Json{{"gradient_groups", "all"}, {"gradient_bits", 1}},
                              Json{{"gradient_groups", "tensor"}}, Json{{"gradient_groups", "fp32"}}}) {
    INFO(options.dump());
    TrainConfig config = small_config(options);
    config.max_train = 320;
    config.epochs = 3;
    const record::RunRecord record = run(config);
    CHECK(record.status == record::Status::kCompleted);
    CHECK(record.epochs.back().train_loss < 0.8 * record.epochs.front().train_loss);
  }
}

TEST_CASE("onebit: one checkpoint for any number of threads, instruction set and backend") {
  const std::pair<const char*, Json> cases[] = {
      {"tinycnn", Json::object()}, {"tinyresnet", Json::object()}, {"tinyresnet", {{"gradient_groups", "fp32"}}}};
  for (const auto& [network, own] : cases) {
    std::set<std::string> hashes;
    const auto add = [&, network = network, own = own](int num_threads, gemm::Backend* backend) {
      TemporaryFolder folder;
      TrainOptions options;
      options.out_dir = folder.path();
      options.backend = backend;
      TrainConfig config = small_config(own, network);
      config.max_train = 2 * config.batch_size;
      config.max_test = 5;
      config.epochs = 1;
      hashes.insert(run(config, num_threads, options).checkpoint_sha256);
    };
    for (const std::string& isa : kernels::available()) {
      kernels::select(isa);
      for (const int num_threads : {1, 3}) add(num_threads, nullptr);
    }
    kernels::select("auto");
    gemm::ReferenceBackend reference;
    add(2, &reference);
    INFO(network << " " << own.dump());
    CHECK(hashes.size() == 1);
  }
}

TEST_CASE("onebit: a step of one bit counts 3 BitOPs a MAC, and a record says so and survives JSON") {
  const record::RunRecord record = run(small_config({{"gradient_bits", 8}}));
  REQUIRE(record.layers.size() == 3);
  std::int64_t macs = 0;
  for (const record::QuantizedLayer& layer : record.layers) macs += layer.macs;
  CHECK(record.epochs[0].bits[0] == allocate::LayerBits{1, 1, 8});
  CHECK(record.epochs[0].bitops_per_image == 3 * macs);
  CHECK(*record.bitops_reduction_percent == Approx(100 * (1 - 3.0 / 192)));
  const Json json = record::to_json(record);
  CHECK(record::to_json(record::from_json(json, "record")) == json);
  CHECK(*run(small_config({{"gradient_groups", "all"}})).epochs[0].bitops_per_image == 9 * macs);
  CHECK(*run(small_config({{"gradient_groups", "fp32"}})).epochs[0].bitops_per_image == macs);
}

TEST_CASE("onebit: what is pruned is in no job, and the record's shapes are those that run") {
  ThreadPool threads(1);
  gemm::CpuBackend cpu(threads);
  KeepShapes kept(cpu);
  TrainOptions options;
  options.backend = &kept;
  TrainConfig config = small_config({{"pruning", "top"}});
  config.epochs = 1;
  config.max_train = config.batch_size;
  const record::RunRecord record = run(config, 1, options);
  REQUIRE(kept.jobs.size() == record.jobs.size());
  for (std::size_t i = 0; i < record.jobs.size(); ++i) {
    const record::StepJob& job = record.jobs[i];
    const auto& [name, shape] = kept.jobs[i];
    CHECK(name == job.layer + " " + std::string(gemm::to_string(job.pass)));
    INFO(name);
    const gemm::JobShape expected = record::job_shape(job, {1, 1, 4});
    const gemm::JobShape geometry = record::job_geometry(job, {1, 1, 4}).shape();
    for (const gemm::JobShape& one : {expected, geometry}) {
      CHECK(one.m == shape.m);
      CHECK(one.n == shape.n);
      CHECK(one.k == shape.k);
      CHECK(one.a == shape.a);
      CHECK(one.b == shape.b);
    }
    CHECK(shape.macs() * (job.pass == gemm::Pass::kForward ? 1 : 4) == job.m * job.n * job.k);
  }
}

TEST_CASE("onebit: settings that do not go together are refused by name") {
  const auto config = [](const Json& more) {
    Json json = {{"scheme", "onebit"}};
    json.update(more);
    return config_from_json(json, "config");
  };
  CHECK_THROWS_WITH(config({{"gradient_bits", 3}}), Catch::Contains("gradient_bits: expected 2, 4 or 8"));
  CHECK_THROWS_WITH(config({{"gradient_groups", "some"}}), Catch::Contains("gradient_groups"));
  CHECK(two_level_of(config({{"gradient_groups", "all"}, {"gradient_bits", 1}}))->keep_one_in == 1);
  CHECK(two_level_of(config({{"gradient_bits", 8}}))->keep_one_in == 8);
  CHECK(two_level_of(config({{"gradient_groups", "fp32"}}))->keep_one_in == 0);
  CHECK_FALSE(two_level_of(TrainConfig{}).has_value());
}

}  // namespace ampa::train
