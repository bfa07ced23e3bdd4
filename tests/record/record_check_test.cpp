// Records that contradict themselves, made from one that does not.
#include "record/record_check.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "error_of.h"

namespace ampa::record {
namespace {

using Catch::Contains;

// Two layers, a batch of 2 images, two epochs of 5 steps: the first at INT8, the second at half the BitOPs and less.
Json example() {
  RunRecord record;
  record.config = {{"epochs", 2}, {"batch_size", 2}};
  record.layers = {{"a", 100, 10}, {"b", 200, 20}};
  record.steps_per_epoch = 5;
  record.jobs = {{"a", gemm::Pass::kForward, 10, 4, 5},
                 {"b", gemm::Pass::kForward, 10, 4, 10},
                 {"b", gemm::Pass::kDataGradient, 10, 10, 4},
                 {"b", gemm::Pass::kWeightGradient, 4, 10, 10},
                 {"a", gemm::Pass::kWeightGradient, 4, 5, 10}};
  for (StepJob& job : record.jobs) job.counted_macs = job.layer == "a" ? 100 : 200;
  record.counted_only = {{"a", gemm::Pass::kDataGradient, 100}};
  EpochResult epoch;
  epoch.learning_rate = 0.1;
  epoch.bits = {{8, 8, 8}, {8, 8, 8}};
  epoch.bitops_per_image = 300 * 192;
  epoch.sensitivities = {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}};
  record.epochs = {epoch, epoch};
  record.epochs[1].epoch = 1;
  record.epochs[1].bits = {{4, 4, 4}, {4, 4, 4}};
  record.epochs[1].bitops_per_image = 300 * 48;
  record.bitops_reduction_percent = 37.5;
  Json json = to_json(record);
  json.erase("results_sha256");  // what a record says about itself is checked without it
  return json;
}

}  // namespace

TEST_CASE("record check: a record of an older version without digest and identity is read") {
  Json json = example();
  json["results"].erase("tensor_digest");
  json["results"].erase("images_per_epoch");
  CHECK(error_of(json).empty());
}

TEST_CASE("record check: a record that contradicts itself is refused with the key") {
  Json json = example();
  REQUIRE(error_of(json).empty());
  Json& results = json["results"];
  Json& epoch = results["epochs"][1];
  Json& jobs = results["jobs"];
  SECTION("completed with one of two epochs") {
    results["epochs"].erase(1);
    results["bitops_reduction_percent"] = 0;
    results.erase("inference");
    CHECK_THAT(error_of(json),
               Contains("results.epochs: expected the 2 epochs in a record that is completed, found 1"));
    results["status"] = "interrupted";
    CHECK(error_of(json).empty());
  }
  SECTION("more epochs than settings") {
    json["config"]["epochs"] = 1;
    results["status"] = "interrupted";
    CHECK_THAT(error_of(json), Contains("results.epochs: expected at most 1 epochs"));
  }
  SECTION("a reason without divergence, and divergence without a reason") {
    results["status_reason"] = "bad luck";
    CHECK_THAT(error_of(json), Contains("status_reason"));
    results["status"] = "diverged";
    CHECK(error_of(json).empty());
    results["status_reason"] = "";
    CHECK_THAT(error_of(json), Contains("status_reason"));
  }
  SECTION("every job removed or doubled") {
    for (std::size_t i = 0; i < 5; ++i) {
      INFO("job " << i);
      const Json kept = jobs;
      jobs.insert(jobs.begin() + static_cast<std::ptrdiff_t>(i), Json(kept[i]));
      CHECK_THAT(error_of(json), Contains("results.jobs"));
      jobs = kept;
      jobs.erase(i);
      if (i != 2) CHECK_THAT(error_of(json), Contains("results.jobs"));  // a layer may read the network's input
      jobs = kept;
    }
  }
  SECTION("a job of another size") {
    jobs[1]["k"] = 11;
    CHECK_THAT(error_of(json), Contains("results.jobs[1]: expected 200 MACs for each of 2 images"));
  }
  SECTION("other images an epoch than its steps have") {
    results["images_per_epoch"] = 11;
    CHECK_THAT(error_of(json), Contains("results.images_per_epoch: expected an integer in [10, 10], found 11"));
  }
  SECTION("widths without their BitOPs") {
    epoch["bits"][1] = 6;
    CHECK_THAT(error_of(json), Contains("results.epochs[1].bitops_per_image: expected 16000"));
  }
  SECTION("inference that is not that of the last epoch's widths") {
    results["inference"]["weight_bits"] = 5;
    CHECK_THAT(error_of(json), Contains("results.inference: expected {\"weight_bits\":4.0"));
    results["inference"] = nullptr;
    CHECK_THAT(error_of(json), Contains("results.inference: expected"));
  }
  SECTION("RR that is not that of the BitOPs") {
    for (const Json& wrong : {Json(38), Json(1e300), Json(nullptr)}) {
      results["bitops_reduction_percent"] = wrong;
      CHECK_THAT(error_of(json), Contains("results.bitops_reduction_percent: expected 37.5"));
    }
  }
  SECTION("figures out of their range") {
    for (const char* key : {"learning_rate", "train_loss", "train_metric", "test_loss", "test_metric"}) {
      INFO(key);
      const Json kept = epoch[key];
      epoch[key] = -0.5;
      CHECK_THAT(error_of(json), Contains(std::string("results.epochs[1].") + key));
      epoch[key] = 12345;
      const bool is_loss = std::string(key).find("loss") != std::string::npos;
      CHECK(error_of(json).empty() == is_loss);
      epoch[key] = kept;
    }
    epoch["sensitivities"][5] = -1;
    CHECK_THAT(error_of(json), Contains("sensitivities"));
  }
  SECTION("digests of another form") {
    for (const char* key : {"checkpoint_sha256", "tensor_digest"}) {
      results[key] = "ab";
      CHECK_THAT(error_of(json), Contains(std::string("results.") + key + ": expected a SHA-256"));
      results[key] = std::string(64, 'f');
      CHECK(error_of(json).empty());
    }
  }
}

TEST_CASE("record check: a record that was edited without contradicting itself is told by its digest") {
  Json json = to_json(from_json(example(), "r.json"));
  CHECK(error_of(json).empty());
  json["context"]["date"] = "another";  // where and when is no result
  CHECK(error_of(json).empty());
  json["results"]["epochs"][0]["test_metric"] = 99;
  CHECK_THAT(error_of(json), Contains("results_sha256") && Contains("edited or damaged"));
}

}  // namespace ampa::record
