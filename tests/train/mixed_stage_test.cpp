// A stage in which layers have widths of their own: runs, batch norm of pairs of widths, traces.
#include "train/mixed_stage.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "optim/scale_rates.h"
#include "run_training.h"
#include "train/joint_training.h"
#include "train/trainer.h"
#include "train/weight_traces.h"

namespace ampa::train {
namespace {

using Catch::Contains;
using testing::run;

TrainConfig config_of(Json keys) {
  Json json = {{"network", "tinyresnet"},
               {"dataset", "synthetic"},
               {"scheme", "double-rounding"},
               {"epochs", 3},
               {"batch_size", 32},
               {"max_train", 64},
               {"max_test", 32},
               {"optimizer", "adam"},
               {"lr", 0.01},
               {"widths", {4, 3, 2}},
               {"mixing", "hasb"},
               {"mixing_from", 1},
               {"mixing_probes", 2}};
  json.update(keys);
  return config_from_json(json, "run.json");
}

struct Model {
  explicit Model(const TrainConfig& config)
      : network(networks::load_network("tinyresnet", {1, 12, 12}, 10)),
        program(ops::build_program(network, ir::Arithmetic::kInteger, 1, ops::Streaming::kOn, recipe())),
        optimizer(optim::make_optimizer("adam", Json::object(), program.parameters())),
        joint(config, network, program, *optimizer) {}
  static ir::Recipe recipe() {
    ir::Recipe with;
    with.double_rounding = 4;
    return with;
  }
  Eigen::ArrayXf& value(const std::string& name) {
    for (ir::Parameter* parameter : program.parameters())
      if (parameter->name == name) return parameter->value;
    throw RunError(name);
  }

  ir::Network network;
  ir::Program program;
  std::unique_ptr<optim::Optimizer> optimizer;
  JointTraining joint;
};

}  // namespace

TEST_CASE("C1: a mixed run is another one from its first mixed epoch on, on any threads, and repeats when resumed") {
  const TrainConfig config = config_of(Json::object());
  const record::RunRecord whole = run(config);
  REQUIRE(whole.status == record::Status::kCompleted);
  const record::RunRecord plain = run(config_of({{"mixing", "none"}}));
  CHECK(whole.epochs[0].train_loss == plain.epochs[0].train_loss);
  CHECK(whole.epochs[1].train_loss != plain.epochs[1].train_loss);
  const std::string uniform = run(config_of({{"mixing", "uniform"}})).tensor_digest;
  CHECK(uniform != whole.tensor_digest);
  CHECK(run(config, 3).tensor_digest == whole.tensor_digest);
  for (const std::int64_t steps : {3, 5}) {  // in the first mixed epoch, and in the second
    const TemporaryFolder folder;
    TrainOptions options;
    options.out_dir = folder.path();
    options.max_steps = steps;
    CHECK(run(config, 1, options).status == record::Status::kInterrupted);
    options.max_steps = 0;
    options.resume = true;
    CHECK(run(config, 2, options).tensor_digest == whole.tensor_digest);
  }
  CHECK_THROWS_WITH(config_of({{"mixing", "sometimes"}}), Contains("mixing") && Contains("none, uniform, hasb"));
}

TEST_CASE("C3: a trace is the mean over probes, each on the next batch of training samples") {
  const auto source = data::load_source("synthetic", "", 70, 1);
  const ir::Network network = networks::load_network("tinyresnet", source->shape().input.shape, 10);
  const ir::Program program = ops::build_program(network, ir::Arithmetic::kInteger, 2);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  ThreadPool threads(1);
  const std::vector<double> found = weight_traces(network, program, *objective, *source, {32, 3, 6, 5}, threads);
  HessianTraces one(network, *objective, 1, 6, threads);
  std::vector<double> expected(found.size());
  for (const std::int64_t probe : {0, 1, 2}) {
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 0; i < 32; ++i) indices.push_back((probe % 2) * 32 + i);  // two batches in 70 samples
    Batch batch;
    read_batch(*source, data::Part::kTrain, indices.data(), 32, {}, batch);
    const std::vector<LayerTrace> traces = one.estimate(program, batch, 15 + probe);
    for (std::size_t i = 0; i < traces.size(); ++i) expected[i] += traces[i].weights;
  }
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == expected[i] / 3);
}

TEST_CASE("C4: batch norm of every pair of widths, which start as those of one width") {
  Model model(config_of(Json::object()));
  const std::vector<std::string> layers = model.network.quantized_names();
  REQUIRE(layers.size() == 4);
  // The batch norm that reads the result of the layer in question.
  std::string norm;
  for (const ir::Layer& layer : model.network.layers)
    if (layer.op == "batch_norm" && layer.inputs[0] >= 0 &&
        model.network.layers[static_cast<std::size_t>(layer.inputs[0])].name == layers[2])
      norm = layer.name + ".gamma";
  REQUIRE(!norm.empty());
  CHECK(width_place(model.network, norm).layer == 2);
  CHECK(width_place(model.network, norm).before == 1);
  CHECK(width_place(model.network, layers[2] + ".activation_scale").layer == 2);
  CHECK_FALSE(width_place(model.network, layers[2] + ".activation_scale").is_of_transition);

  for (const std::size_t width : {0, 1, 2}) {
    model.joint.use(width);
    model.value(norm) = static_cast<float>(10 * width);
    model.value(layers[2] + ".activation_scale") = static_cast<float>(width + 1);
  }
  model.joint.use(0);
  ThreadPool threads(1);
  const auto source = data::load_source("synthetic", "", 64, 1);
  const auto objective = objectives::make_objective("cross-entropy", Json::object());
  model.joint.start_epoch(1, *objective, *source, threads);
  model.joint.use({0, 2, 1, 0});  // the layer has the second width behind the third
  CHECK(model.value(norm)[0] == 10);
  CHECK(model.value(layers[2] + ".activation_scale")[0] == 2);
  CHECK(model.program.quantized_layers()[2]->weights.bits == 3);
  CHECK(model.program.quantized_layers()[1]->activations.bits == 2);
  model.value(norm) = 77;
  model.joint.use({0, 1, 1, 0});
  CHECK(model.value(norm)[0] == 10);
  model.joint.use({2, 2, 1, 2});  // only these two widths count
  CHECK(model.value(norm)[0] == 77);
  model.joint.use(0);
  std::size_t pairs = 0;
  for (const NamedTensor& tensor : model.joint.resting())
    pairs += tensor.name == norm + "@3-2" && tensor.kind == "value";
  CHECK(pairs == 1);
}

TEST_CASE("C5: rates of scales follow the widths of their layers") {
  ir::Parameter a, b;
  for (ir::Parameter* one : {&a, &b}) one->value = one->gradient = Eigen::ArrayXf::Zero(1);
  a.is_scale = b.is_scale = true;
  optim::set_scale_rates({&a, &b}, optim::ScaleRates::kRelative, 8, {8, 4}, 0.01);
  CHECK(a.rate_factor == 1);
  CHECK(b.rate_factor == Approx(0.01));
}

}  // namespace ampa::train
