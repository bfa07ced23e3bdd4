// Runs that hold training samples out.
#include "data/validation.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "train/identity.h"
#include "train/train_settings.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

using Catch::Contains;

TrainConfig small_config(const Json& more = Json::object()) {
  Json json = {{"network", "tinyresnet"}, {"dataset", "synthetic"},
               {"scheme", "ampa"},        {"alpha", 30},
               {"itv_epochs", 1},         {"epochs", 3},
               {"batch_size", 32},        {"max_train", 160},
               {"max_test", 64},          {"lr", 0.05}};
  json.update(more);
  return config_from_json(json, "test");
}

record::RunRecord run(const TrainConfig& config, TrainOptions options = {}) {
  ThreadPool threads(2);
  options.threads = &threads;
  return train(config, options);
}

Json without_context(record::RunRecord record) {
  record.context = Json::object();
  return record::to_json(record);
}

}  // namespace

TEST_CASE("validation: a run keeps metric and answers on the samples that it holds out, and trains on the rest") {
  const record::RunRecord record = run(small_config({{"validation", 0.2}}));
  CHECK(record.steps_per_epoch == 4);  // of 128 images
  for (const record::EpochResult& epoch : record.epochs) {
    REQUIRE(epoch.validation_metric.has_value());
    CHECK(*epoch.validation_loss > 0);
  }
  REQUIRE(record.answers.has_value());
  CHECK(record.answers->validation.size() == 32);
  CHECK(record.answers->test.size() == 64);
  CHECK(record::percent_right(record.answers->test) == record.epochs.back().test_metric);
  CHECK(record::percent_right(record.answers->validation) == *record.epochs.back().validation_metric);
  const Json json = record::to_json(record);
  CHECK(without_context(record::from_json(json, "record")) == without_context(record));
}

TEST_CASE("validation: answers of another epoch's metric are refused") {
  Json json = record::to_json(run(small_config({{"validation", 32}, {"epochs", 1}})));
  json.erase("results_sha256");
  Json& epoch = json["results"]["epochs"][0];
  epoch["test_metric"] = epoch["test_metric"].get<double>() == 0 ? 50.0 : 0.0;
  CHECK_THROWS_WITH(record::from_json(json, "r.json"), Contains("r.json: results.answers.test.right"));
}

TEST_CASE("validation: a run without it is what it was, and names its figures as before") {
  const Json json = record::to_json(run(small_config({{"epochs", 1}})));
  CHECK_FALSE(json["results"].contains("answers"));
  CHECK_FALSE(json["results"]["epochs"][0].contains("validation_metric"));
  CHECK_FALSE(json["identity"]["settings"].contains("validation"));
  CHECK_FALSE(naming_json(small_config()).contains("validation"));
}

TEST_CASE("validation: another choice of samples is another run") {
  const auto settings = [](const Json& more) { return canonical_settings(small_config(more), std::vector<std::string>(9, "layer")); };
  CHECK(settings({{"validation", 32}}) != settings(Json::object()));
  CHECK(settings({{"validation", 32}}) != settings({{"validation", 33}}));
  CHECK(settings({{"validation", 32}, {"validation_seed", 2}}) != settings({{"validation", 32}}));
  CHECK(settings({{"validation", 32}, {"validation_seed", 1}}) == settings({{"validation", 32}}));
  CHECK_THROWS_WITH(small_config({{"validation", 1.5}}),
                    Contains("validation: expected a fraction below 1 or a whole number of samples, found 1.5"));
  CHECK_THROWS_WITH(run(small_config({{"validation", 140}})),
                    Contains("batch_size: expected at most the 20 training images, found 32"));
}

TEST_CASE("validation: a run that was interrupted and resumed keeps the same record") {
  const TrainConfig config = small_config({{"validation", 32}});
  TemporaryFolder whole, pieces;
  TrainOptions options;
  options.out_dir = whole.path();
  const Json expected = without_context(run(config, options));
  options.out_dir = pieces.path();
  options.resume = true;
  for (const std::int64_t max_steps : {6, 0}) {
    options.max_steps = max_steps;
    run(config, options);
  }
  CHECK(without_context(record::read_record(pieces.path() / "record.json")) == expected);
  CHECK(read_file(whole.path() / "checkpoint.bin") == read_file(pieces.path() / "checkpoint.bin"));
}

}  // namespace ampa::train
