// Records of layers that are no plain convolution: products of two activations, and transposed convolutions.
#include "record/layer_shape_json.h"

#include <catch2/catch.hpp>

#include "common/error.h"
#include "error_of.h"
#include "record/run_record.h"

namespace ampa::record {
namespace {

using Catch::Contains;

StepJob job_of(const std::string& layer, const gemm::LayerShape& shape, gemm::Pass pass, std::int64_t macs) {
  const gemm::JobShape job = gemm::job_geometry(shape, pass, {}).shape();
  return {layer, pass, job.m, job.n, job.k, shape, job.batch, macs, gemm::operand_kinds(shape, pass)};
}

// Two images, a transposed convolution of 2 to 3 channels from 2 x 2 to 4 x 4, and three products of 4 x 5 x 6.
RunRecord example(bool transposed_b) {
  gemm::ConvShape conv{2, 4, 4, 3, 2, 2, 2, 2, 2, 2, 0};
  conv.transposed = true;
  const gemm::ProductShape product{2, 3, 4, 5, 6, transposed_b};
  RunRecord record;
  record.config = {{"epochs", 1}, {"batch_size", 2}};
  record.layers = {{"up", 96, 24}, {"scores", 360, 0}};
  record.steps_per_epoch = 5;
  record.jobs.push_back(job_of("up", conv, gemm::Pass::kForward, 96));
  for (const gemm::Pass pass : {gemm::Pass::kForward, gemm::Pass::kDataGradient, gemm::Pass::kWeightGradient})
    record.jobs.push_back(job_of("scores", product, pass, 360));
  record.jobs.push_back(job_of("up", conv, gemm::Pass::kWeightGradient, 96));
  record.counted_only = {{"up", gemm::Pass::kDataGradient, 96}};
  EpochResult epoch;
  epoch.bits = {{4, 6, 8}, {0, 5, 7}};
  epoch.bitops_per_image = 96 * (6 * 4 + 8 * 4 + 6 * 8) + 360 * (5 * 5 + 7 * 5 + 7 * 5);
  epoch.sensitivities = {{0.1, 0.2, 0.3}, {0, 0.5, 0.6}};
  record.epochs = {epoch};
  record.bitops_reduction_percent = 100 * (1 - static_cast<double>(*epoch.bitops_per_image) / (3 * 64 * (96 + 360)));
  return record;
}

}  // namespace

TEST_CASE("a record of products and transposed convolutions survives JSON; a layer without weights has two sites") {
  for (const bool transposed_b : {false, true}) {
    const RunRecord record = example(transposed_b);
    const Json json = to_json(record);
    const RunRecord read = from_json(json, "r.json");
    CHECK(to_json(read).dump() == json.dump());
    CHECK(read.epochs[0].bits == record.epochs[0].bits);
    CHECK(read.jobs[1].operands == gemm::OperandKinds{OperandKind::kActivation, OperandKind::kActivation});
    for (std::size_t i = 0; i < record.jobs.size(); ++i) {
      CHECK(read.jobs[i].operands == record.jobs[i].operands);
      CHECK(job_geometry(read.jobs[i], {4, 6, 8}) == job_geometry(record.jobs[i], {4, 6, 8}));
      CHECK(job_geometry(read.jobs[i], {4, 6, 8}).a.format == job_shape(read.jobs[i], {4, 6, 8}).a);
      CHECK(job_geometry(read.jobs[i], {4, 6, 8}).b.format == job_shape(read.jobs[i], {4, 6, 8}).b);
    }
    const Json& results = json.at("results");
    REQUIRE(results.at("sites").size() == 5);
    CHECK(results.at("sites").at(3) == Json({{"layer", "scores"}, {"operand", "activations"}}));
    CHECK(results.at("epochs").at(0).at("bits") == Json({4, 6, 8, 5, 7}));
    CHECK(results.at("jobs").at(0).at("conv").at("transposed") == true);
    CHECK(results.at("jobs").at(0).at("sites") == Json({1, 0}));
    CHECK(results.at("jobs").at(1).at("sites") == Json({3, 3}));
    CHECK(results.at("jobs").at(2).at("sites") == Json({4, 3}));
    CHECK(results.at("jobs").at(3).at("sites") == (transposed_b ? Json({4, 3}) : Json({3, 4})));
    CHECK(results.at("jobs").at(4).at("sites") == Json({1, 2}));
    CHECK(results.at("jobs").at(3).at("product") ==
          Json({{"images", 2}, {"count", 3}, {"rows", 4}, {"cols", 5}, {"depth", 6}, {"transposed_b", transposed_b}}));
  }
}

TEST_CASE("a convolution's record has no key that a transposed one needs") {
  const Json json = to_json(gemm::LayerShape(gemm::ConvShape{}));
  CHECK_FALSE(json.contains("transposed"));
}

TEST_CASE("a record of products and transposed convolutions that contradicts itself is refused with the key") {
  Json json = to_json(example(true));
  json.erase("results_sha256");
  REQUIRE(error_of(json).empty());
  Json& jobs = json["results"]["jobs"];
  SECTION("a product of another size") {
    jobs[1]["product"]["depth"] = 7;
    CHECK_THAT(error_of(json), Contains("results.jobs[1].product: expected a product of two activations whose fwd is "
                                        "4 x 5 x 6, a batch of 6, found one of 4 x 5 x 7"));
  }
  SECTION("of another number of images") {
    for (std::size_t i = 1; i < 4; ++i) {
      jobs[i]["product"]["images"] = 3;
      jobs[i]["batch"] = 9;
    }
    CHECK_THAT(error_of(json), Contains("jobs[1].product.images: expected the batch size, 2, found 3"));
  }
  SECTION("sites of weights that are not there") {
    jobs[1]["sites"] = {3, 2};
    CHECK_THAT(error_of(json),
               Contains("jobs[1].sites: expected [3, 3], those of fwd of layer 'scores', found [3, 2]"));
  }
  SECTION("operands that have changed places in the gradient of B alone") {
    jobs[3]["sites"] = {3, 4};
    CHECK_THAT(error_of(json), Contains("jobs[3].sites: expected those of wgrad of the product of two activations"));
  }
  SECTION("a convolution in place of the transposed one") {
    jobs[0]["conv"].erase("transposed");
    CHECK_THAT(error_of(json), Contains("jobs[0].conv: expected a convolution whose fwd is"));
  }
  SECTION("weights that are not said") {
    json["results"]["layers"][1]["num_weights"] = 1;
    CHECK_THAT(error_of(json), Contains("results.sites: expected one entry for each of the 6"));
  }
  SECTION("a width too few") {
    json["results"]["epochs"][0]["bits"].erase(4);
    CHECK_THAT(error_of(json), Contains("bits: expected one entry for each of the 5 sites"));
  }
  SECTION("a weight gradient of other MACs") {
    jobs[4].erase("conv");
    jobs[4]["k"] = 9;
    CHECK_THAT(error_of(json), Contains("jobs[4]: expected 96 MACs for each of 2 images"));
  }
  SECTION("the gradient of B counted and not run") {
    Json counted = jobs[3];
    for (const char* key : {"m", "n", "k", "batch", "product"}) counted.erase(key);
    json["results"]["counted_only"].push_back(counted);
    jobs.erase(3);
    CHECK(error_of(json).empty());
  }
}

}  // namespace ampa::record
