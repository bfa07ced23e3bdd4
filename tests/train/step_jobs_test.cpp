#include "train/step_jobs.h"

#include <catch2/catch.hpp>

#include "../common/on_codes.h"
#include "../common/temporary_folder.h"
#include "gemm/reference_backend.h"
#include "networks/load_network.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

// Keeps the geometry of the jobs that pass by.
class GeometryBackend : public gemm::Backend {
 public:
  struct Seen {
    std::string layer;
    gemm::Pass pass;
    gemm::JobGeometry geometry;
  };
  std::vector<Seen> seen;

  std::string_view name() const override { return reference_.name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    seen.push_back({job.layer, job.pass, gemm::geometry_of(job)});
    seen.back().geometry.a.zero_point = seen.back().geometry.b.zero_point = 0;
    return reference_.run(job, out);
  }

 private:
  gemm::ReferenceBackend reference_;
};

// A network that has them all, for the images of the synthetic data set.
std::string on_codes(const TemporaryFolder& folder, const std::string& op) {
  Json layers = Json::array();
  const auto add = [&](const std::string& type, Json keys) {
    keys["name"] = type + std::to_string(layers.size());
    keys["type"] = type;
    layers.push_back(std::move(keys));
  };
  add("conv2d", {{"out_channels", 6}, {"kernel", 4}, {"stride", 4}, {"padding", 0}, {"quantized", false}});
  add("conv_transpose2d", {{"out_channels", 6}, {"kernel", 3}, {"stride", 2}, {"padding", 1}, {"quantized", false}});
  add("tokens", Json::object());
  add("split_heads", {{"heads", 2}});
  add("matmul", {{"inputs", {"split_heads3", "split_heads3"}}, {"transpose_b", true}});
  add("softmax", Json::object());
  add("matmul", {{"inputs", {"softmax5", "split_heads3"}}});
  add("merge_heads", Json::object());
  add("linear", {{"out_features", "classes"}, {"quantized", true}});
  const Json network = {{"schema_version", 1},
                        {"name", "mixed"},
                        {"description", "an attention behind a transposed convolution"},
                        {"default_input", {{"channels", 1}, {"height", 12}, {"width", 12}}},
                        {"default_classes", 10},
                        {"layers", layers}};
  const std::filesystem::path path = folder.path() / (op + ".json");
  write_json_file(path, with_on_codes(network, op));
  return path.string();
}

}  // namespace

TEST_CASE("step jobs: ResNet-20 at batch 8 has three jobs for each of its 18 quantized layers") {
  const ir::Network network = networks::load_network("resnet20");
  const std::vector<record::StepJob> jobs = step_jobs(network, 8);
  REQUIRE(jobs.size() == 54);
  CHECK(jobs[0].layer == "layer1.0.conv1");
  CHECK(jobs[0].m == 8 * 32 * 32);
  CHECK(jobs[0].n == 16);
  CHECK(jobs[0].k == 144);
  // The first layer of stage 2 has stride 2: its data gradient runs over the zero-filled error map.
  for (const record::StepJob& job : jobs) {
    if (job.layer != "layer2.0.conv1") continue;
    if (job.pass == gemm::Pass::kForward) CHECK((job.m == 8 * 16 * 16 && job.n == 32 && job.k == 144));
    if (job.pass == gemm::Pass::kDataGradient) CHECK((job.m == 8 * 32 * 32 && job.n == 16 && job.k == 288));
    if (job.pass == gemm::Pass::kWeightGradient) CHECK((job.m == 32 && job.n == 144 && job.k == 8 * 16 * 16));
  }
  std::int64_t forward_macs = 0;
  for (const record::StepJob& job : jobs)
    if (job.pass == gemm::Pass::kForward) forward_macs += job.m * job.n * job.k;
  CHECK(forward_macs == 8 * 40108032);
}

TEST_CASE("step jobs: their geometry is that of the jobs that the trainer's layers make") {
  const TemporaryFolder folder;
  for (const std::string& network : {std::string("tinyresnet"), std::string("tinycnn"), std::string("mlp"),
                                     on_codes(folder, "matmul"), on_codes(folder, "conv_transpose2d")}) {
    TrainConfig config;
    config.network = network;
    config.dataset = "synthetic";
    config.scheme = scheme_from_string("int6", "test");
    config.epochs = 1;
    config.batch_size = 5;
    config.max_train = 5;
    config.max_test = 1;
    GeometryBackend backend;
    ThreadPool threads(1);
    TrainOptions options;
    options.backend = &backend;
    options.threads = &threads;
    const record::RunRecord record = train(config, options);

    // The step comes first; the test pass runs forward jobs of its own batches after it.
    REQUIRE(!record.jobs.empty());
    const auto layers = record::layer_indices(record);
    REQUIRE(backend.seen.size() >= record.jobs.size());
    for (std::size_t i = 0; i < record.jobs.size(); ++i) {
      const record::StepJob& job = record.jobs[i];
      CAPTURE(network, job.layer, gemm::to_string(job.pass));
      CHECK(backend.seen[i].layer == job.layer);
      CHECK(backend.seen[i].pass == job.pass);
      const gemm::JobGeometry geometry = record::job_geometry(job, record.epochs[0].bits[layers.at(job.layer)]);
      CHECK(geometry == backend.seen[i].geometry);
      CHECK(geometry.shape().m == job.m);
      CHECK(geometry.shape().n == job.n);
      CHECK(geometry.shape().k == job.k);
      CHECK(geometry.shape().batch == job.batch);
      CHECK(record::job_shape(job, record.epochs[0].bits[layers.at(job.layer)]).a == geometry.a.format);
      CHECK(record::job_shape(job, record.epochs[0].bits[layers.at(job.layer)]).b == geometry.b.format);
      CHECK(geometry.b.depth() == job.k);
    }
    // Records and checkpoints, which leave the shapes out, are read as what they were.
    record::RunRecord bare = record;
    for (record::StepJob& job : bare.jobs) job.shape.reset();
    for (const record::RunRecord& kept : {record, bare})
      CHECK(to_json(record::from_json(to_json(kept), network)).dump() == to_json(kept).dump());
  }
}

TEST_CASE("step jobs: a layer that halves its map has stride and dilation 2") {
  bool found = false;
  for (const record::StepJob& job : step_jobs(networks::load_network("tinyresnet"), 4)) {
    if (job.layer != "layer2.0.conv1" || job.pass != gemm::Pass::kDataGradient) continue;
    const gemm::JobGeometry geometry = record::job_geometry(job, {4, 6, 8});
    CHECK(geometry.a.dilation == 2);
    CHECK(geometry.a.offset_y == -1);
    CHECK(geometry.a.height == 6);
    CHECK(geometry.a.out_height == 12);
    CHECK(geometry.b.images == 8);
    found = true;
  }
  CHECK(found);
}

}  // namespace ampa::train
