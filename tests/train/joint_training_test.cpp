// Several widths trained together: Double Rounding.
#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "gemm/reference_backend.h"
#include "kernels/kernels.h"
#include "optim/scale_rates.h"
#include "run_training.h"
#include "train/trainer.h"

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
               {"max_train", 96},
               {"max_test", 32},
               {"optimizer", "adam"},
               {"lr", 0.01}};
  json.update(keys);
  return config_from_json(json, "run.json");
}

Json without_context(record::RunRecord record) {
  record.context = Json::object();
  return record::to_json(record);
}

}  // namespace

TEST_CASE(
    "double-rounding: a record has every width's figures and repeats on any backend, instruction set and threads") {
  const TrainConfig config = config_of(Json::object());
  const record::RunRecord record = run(config);
  REQUIRE(record.status == record::Status::kCompleted);
  for (const record::EpochResult& epoch : record.epochs) {
    REQUIRE(epoch.widths.size() == 4);
    CHECK(epoch.widths[0].bits == 8);
    CHECK(epoch.widths[3].bits == 2);
    CHECK(epoch.widths[0].test_loss == epoch.test_loss);
    CHECK(epoch.widths[0].train_loss == epoch.train_loss);
  }
  CHECK(record.epochs.back().train_loss < record.epochs.front().train_loss);
  CHECK(record.epochs.back().widths[1].test_loss != record.epochs.back().test_loss);
  gemm::ReferenceBackend reference;
  TrainOptions options;
  options.backend = &reference;
  kernels::select("portable");
  CHECK(without_context(run(config, 3, options)) == without_context(record));
  kernels::select("auto");
  CHECK(record::to_json(record::from_json(record::to_json(record), "record")) == record::to_json(record));
}

TEST_CASE("double-rounding: a run that is stopped goes on with the tensors of all widths") {
  const TrainConfig config = config_of({{"widths", {6, 3}}});
  const record::RunRecord whole = run(config);
  const TemporaryFolder folder;
  TrainOptions options;
  options.out_dir = folder.path();
  options.max_steps = 5;
  CHECK(run(config, 1, options).status == record::Status::kInterrupted);
  options.max_steps = 0;
  options.resume = true;
  CHECK(run(config, 2, options).tensor_digest == whole.tensor_digest);
}

TEST_CASE("double-rounding: another choice of widths or of the scales' rates is another run") {
  const std::string one = run(config_of(Json::object())).tensor_digest;
  CHECK(run(config_of({{"widths", {8, 4}}})).tensor_digest != one);
  CHECK(run(config_of({{"scale_rates", "off"}})).tensor_digest != one);
  CHECK(run(config_of({{"widths", {8}}})).epochs.back().widths.size() == 1);
  CHECK_THROWS_WITH(config_of({{"widths", {4, 8}}}), Contains("widths") && Contains("falling"));
  CHECK_THROWS_WITH(config_of({{"widths", Json::array()}}), Contains("widths"));
}

TEST_CASE("ALRS: rates of scales by width and by the mean of their gradients") {
  CHECK(optim::width_rate_factor(8, 8) == 1);
  CHECK(optim::width_rate_factor(8, 6) == Approx(0.1));
  CHECK(optim::width_rate_factor(8, 4) == Approx(0.01));
  CHECK(optim::width_rate_factor(8, 2) == Approx(0.001));
  CHECK(optim::width_rate_factor(4, 3) == Approx(0.5));
  CHECK(optim::width_rate_factor(8, 5) == Approx(0.05));
  ir::Parameter a, b, weights;
  for (ir::Parameter* one : {&a, &b, &weights}) one->value = one->gradient = Eigen::ArrayXf::Ones(1);
  a.is_scale = b.is_scale = true;
  const auto set = [&](optim::ScaleRates form, double rate) {
    a.gradient[0] = 0.25f;
    b.gradient[0] = -3.0f;
    weights.gradient[0] = 5.0f;
    optim::set_scale_rates({&a, &b, &weights}, form, 8, {6, 6, 6}, rate);
  };
  set(optim::ScaleRates::kRelative, 0.01);  // the mean of 0.25 and 1
  CHECK(a.rate_factor == Approx(0.1 * (1 - 0.625)));
  CHECK(b.gradient[0] == -1);
  CHECK(weights.rate_factor == 1);
  CHECK(weights.gradient[0] == 5);
  set(optim::ScaleRates::kPublished, 0.01);
  CHECK(a.rate_factor == 0);
  set(optim::ScaleRates::kPublished, 2.0);
  CHECK(b.rate_factor == Approx(0.1 * (1 - 0.625 / 2)));
}

}  // namespace ampa::train
