// Records of version 1 are read as what they say, and version 2 says the same.
#include <catch2/catch.hpp>

#include "common/error.h"
#include "error_of.h"
#include "record/record_check.h"
#include "record/run_record.h"

namespace ampa::record {
namespace {

using Catch::Contains;

const std::string kFile = std::string(AMPA_SOURCE_DIR) + "/tests/record/version1.json";

}  // namespace

TEST_CASE("a record of version 1 is read, its digest checked, and written as version 2 it is the same record") {
  const Json old = read_json_file(kFile);
  REQUIRE(old.at("schema_version") == 1);
  CHECK(old.at("results_sha256") == results_digest(old));
  const RunRecord record = read_record(kFile);
  CHECK(record.metric == Metric{"accuracy", "percent", true});
  const Json& was = old.at("results");
  REQUIRE(record.epochs.size() == was.at("epochs").size());
  for (std::size_t i = 0; i < record.epochs.size(); ++i) {
    const Json& epoch = was.at("epochs").at(i);
    CHECK(record.epochs[i].train_metric == epoch.at("train_accuracy_percent"));
    CHECK(record.epochs[i].test_metric == epoch.at("test_accuracy_percent"));
    for (std::size_t layer = 0; layer < record.layers.size(); ++layer) {
      CHECK(record.epochs[i].bits[layer].w == epoch.at("bits").at("w").at(layer));
      CHECK(record.epochs[i].bits[layer].a == epoch.at("bits").at("a").at(layer));
      CHECK(record.epochs[i].bits[layer].g == epoch.at("bits").at("g").at(layer));
      if (!epoch.at("sensitivities").is_null())
        CHECK(record.epochs[i].sensitivities[layer].g == epoch.at("sensitivities").at("g").at(layer));
    }
  }
  const Json now = to_json(record);
  CHECK(now.at("schema_version") == 2);
  const RunRecord again = from_json(now, "r.json");
  CHECK(to_json(again).dump() == now.dump());
  for (const char* key : {"status", "layers", "tensor_digest", "checkpoint_sha256", "bitops_reduction_percent"})
    CHECK(now.at("results").at(key) == was.at(key));
  CHECK(now.at("identity") == old.at("identity"));
  CHECK(again.epochs.back().bits == record.epochs.back().bits);
}

TEST_CASE("a record of version 1 that was edited is refused by its own keys") {
  Json old = read_json_file(kFile);
  old["results"]["epochs"][1]["test_accuracy_percent"] = 200;
  CHECK_THAT(error_of(old), Contains("results.epochs[1].test_accuracy_percent"));
  old["results"]["epochs"][1]["test_accuracy_percent"] = 20;
  CHECK_THAT(error_of(old), Contains("results_sha256") && Contains("edited or damaged"));
  old["schema_version"] = 3;
  CHECK_THAT(error_of(old), Contains("schema_version"));
  old["schema_version"] = 2;  // its keys are others
  CHECK_THAT(error_of(old), Contains("results.metric"));
}

TEST_CASE("a record of version 2 names its metric and the site of every number") {
  RunRecord record = read_record(kFile);
  record.metric = {"dice", "", true};
  Json json = to_json(record);
  json.erase("results_sha256");
  REQUIRE(error_of(json).empty());
  CHECK(from_json(json, "r.json").metric == record.metric);
  Json& results = json["results"];
  const std::string first = record.layers.front().name;
  REQUIRE(results.at("sites").size() == sites_of(record.layers).size());
  CHECK(results.at("sites").at(1) == Json({{"layer", first}, {"operand", "activations"}}));
  CHECK(results.at("epochs").back().at("bits").at(2) == record.epochs.back().bits.front().g);
  // fwd reads activations and weights.
  CHECK(results.at("jobs").at(0).at("sites") == Json({1, 0}));

  SECTION("a metric that is no percentage has no upper end") {
    results["epochs"][0]["test_metric"] = 1000;
    CHECK(error_of(json).empty());
    results["metric"]["unit"] = "percent";
    CHECK_THAT(error_of(json), Contains("results.epochs[0].test_metric"));
  }
  SECTION("sites in another order") {
    results["sites"][0]["operand"] = "gradients";
    CHECK_THAT(error_of(json), Contains("results.sites[0].operand: expected \"weights\", found \"gradients\""));
  }
  SECTION("a site too few") {
    results["sites"].erase(0);
    CHECK_THAT(error_of(json), Contains("results.sites: expected one entry for each"));
  }
  SECTION("a job of another site") {
    results["jobs"][0]["sites"] = {0, 1};
    CHECK_THAT(error_of(json), Contains("results.jobs[0].sites: expected [1, 0], those of fwd of layer '" + first));
  }
  SECTION("widths of another number of sites") {
    results["epochs"][0]["bits"].push_back(8);
    CHECK_THAT(error_of(json), Contains("results.epochs[0].bits: expected one entry for each of the"));
  }
  SECTION("a metric without a name") {
    results["metric"]["name"] = "";
    CHECK_THAT(error_of(json), Contains("results.metric.name: expected a name"));
  }
}

}  // namespace ampa::record
