#include "record/run_record.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <limits>

#include "../common/temporary_folder.h"
#include "common/error.h"
#include "error_of.h"

namespace ampa::record {
namespace {

using Catch::Contains;

RunRecord example() {
  RunRecord record;
  record.context = {{"date", "2026-01-02T03:04:05Z"}};
  record.config = {{"network", "tiny"}, {"seed", 7}};
  record.layers = {{"a", 100, 10}, {"b", 200, 20}};
  record.steps_per_epoch = 5;
  record.jobs = {{"a", gemm::Pass::kForward, 12, 7, 30},
                 {"b", gemm::Pass::kForward, 5, 6, 7},
                 {"b", gemm::Pass::kDataGradient, 5, 6, 7},
                 {"b", gemm::Pass::kWeightGradient, 5, 6, 7},
                 {"a", gemm::Pass::kWeightGradient, 7, 30, 12}};
  for (StepJob& job : record.jobs) job.counted_macs = job.layer == "a" ? 100 : 200;
  record.counted_only = {{"a", gemm::Pass::kDataGradient, 100}};
  EpochResult epoch;
  epoch.learning_rate = 0.1;
  epoch.train_loss = 1.0 / 3;
  epoch.train_metric = 50;
  epoch.test_loss = 2;
  epoch.test_metric = 40.5;
  epoch.bits = {{4, 6, 8}, {8, 4, 6}};
  epoch.bitops_per_image = 100 * (4 * 6 + 6 * 8 + 8 * 4) + 200 * (8 * 4 + 4 * 6 + 6 * 8);
  epoch.sensitivities = {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}};
  record.epochs = {epoch};
  record.checkpoint_sha256 = std::string(64, 'a');
  record.bitops_reduction_percent = 100 * (1 - 31200.0 / (300 * 192));
  return record;
}

}  // namespace

TEST_CASE("the operands of a step's jobs have the widths and signs of their tensors") {
  const allocate::LayerBits bits{4, 6, 8};
  const gemm::JobShape fwd = job_shape({"l", gemm::Pass::kForward, 2, 3, 5}, bits);
  CHECK(fwd.m == 2);
  CHECK(fwd.n == 3);
  CHECK(fwd.k == 5);
  CHECK(fwd.a == CodeFormat{6, false});
  CHECK(fwd.b == CodeFormat{4, true});
  const gemm::JobShape dgrad = job_shape({"l", gemm::Pass::kDataGradient, 2, 3, 5}, bits);
  CHECK(dgrad.a == CodeFormat{8, true});
  CHECK(dgrad.b == CodeFormat{4, true});
  const gemm::JobShape wgrad = job_shape({"l", gemm::Pass::kWeightGradient, 2, 3, 5}, bits);
  CHECK(wgrad.a == CodeFormat{8, true});
  CHECK(wgrad.b == CodeFormat{6, false});
}

TEST_CASE("jobs of one bit have two levels, and of a pruned gradient the groups that are kept") {
  StepJob dgrad{"l", gemm::Pass::kDataGradient, 8 * 12, 3, 9 * 5};
  dgrad.shape = gemm::ConvShape{8, 3, 4, 3, 3, 4, 5, 3, 3, 1, 1};
  dgrad.keep_one_in = 4;
  StepJob wgrad{"l", gemm::Pass::kWeightGradient, 5, 27, 8 * 12};
  wgrad.shape = dgrad.shape;
  wgrad.keep_one_in = 4;
  const allocate::LayerBits bits{1, 1, 4};
  CHECK(job_shape(dgrad, bits).m == 2 * 12);
  CHECK(job_geometry(dgrad, bits).shape().m == 2 * 12);
  CHECK(job_shape(dgrad, bits).a == CodeFormat{4, true});
  CHECK(job_shape(dgrad, bits).b == CodeFormat{1, true});
  CHECK(job_shape(wgrad, bits).m == 1);
  CHECK(job_geometry(wgrad, bits).shape().m == 1);
  CHECK(job_shape(wgrad, bits).k == 8 * 12);
  CHECK(job_shape(wgrad, bits).b == CodeFormat{1, true});
  CHECK(job_shape(wgrad, {1, 1, 1}).a == CodeFormat{2, true});
  CHECK(job_shape(dgrad, {8, 8, 8}).m == 8 * 12);
  CHECK(job_geometry(wgrad, {8, 8, 8}).shape().m == 5);
}

TEST_CASE("a record survives JSON with every field") {
  const Json json = to_json(example());
  const RunRecord read = from_json(json, "record.json");
  CHECK(to_json(read).dump() == json.dump());
  CHECK(read.layers.at(1).macs == 200);
  CHECK(read.jobs.at(3).pass == gemm::Pass::kWeightGradient);
  CHECK(read.epochs.at(0).bits.at(1) == allocate::LayerBits{8, 4, 6});
  CHECK(read.epochs.at(0).train_loss == 1.0 / 3);
  CHECK(read.epochs.at(0).sensitivities.at(1).g == 0.6);
  CHECK(read.bitops_reduction_percent == example().bitops_reduction_percent);
}

TEST_CASE("a job's convolution survives JSON, and a record without one is read but has no operands' geometry") {
  RunRecord record = example();
  record.jobs[0] = {
      "a", gemm::Pass::kForward, 2 * 3 * 2, 7, 3 * 2 * 5, gemm::ConvShape{2, 6, 4, 5, 3, 2, 7, 3, 2, 2, 1}, 1, 100};
  const Json json = to_json(record);
  const RunRecord read = from_json(json, "record.json");
  CHECK(to_json(read).dump() == json.dump());
  REQUIRE(read.jobs[0].shape.has_value());
  const gemm::JobGeometry geometry = job_geometry(read.jobs[0], {4, 6, 8});
  CHECK(geometry ==
        gemm::job_geometry(*record.jobs[0].shape, gemm::Pass::kForward, {{6, false}, {4, true}, {8, true}}));
  CHECK(geometry.a.height == 6);
  CHECK(geometry.a.offset_x == -1);
  CHECK(geometry.shape().a == CodeFormat{6, false});
  CHECK_FALSE(read.jobs[1].shape.has_value());
  CHECK_THROWS_WITH(job_geometry(read.jobs[3], {4, 6, 8}),
                    Contains("wgrad of layer 'b': expected the key conv, found nothing"));
}

TEST_CASE("a convolution in groups with unequal sides survives JSON with its batch") {
  RunRecord record = example();
  const gemm::ConvShape conv{2, 9, 8, 6, 4, 7, 9, 3, 2, {2, 1}, {1, 0}, {2, 1}, 3};
  const gemm::JobShape shape = gemm::conv_geometry(conv, gemm::Pass::kForward, {}).shape();
  record.jobs[0] = {"a", gemm::Pass::kForward, shape.m, shape.n, shape.k, conv, shape.batch, 100};
  Json json = to_json(record);
  const RunRecord read = from_json(json, "record.json");
  CHECK(to_json(read).dump() == json.dump());
  CHECK(job_shape(read.jobs[0], {4, 6, 8}).batch == 3);
  CHECK(job_geometry(read.jobs[0], {}) == job_geometry(record.jobs[0], {}));
  Json& job = json["results"]["jobs"][0];
  CHECK(job["conv"]["stride"] == Json({2, 1}));
  CHECK_FALSE(json["results"]["jobs"][1].contains("batch"));
  SECTION("another batch") {
    job["batch"] = 2;
    CHECK_THAT(error_of(json), Contains("a batch of 2, found one of") && Contains("a batch of 3"));
  }
  SECTION("groups that do not divide") {
    job["conv"]["groups"] = 4;
    CHECK_THAT(error_of(json), Contains("conv.groups: expected a divisor of in_channels and out_channels, found 4"));
  }
  SECTION("padding beyond the window") {
    job["conv"]["padding"] = Json({4, 2});
    CHECK_THAT(error_of(json), Contains("conv.padding: expected [y, x] with y in [0, 4] and x in [0, 1]"));
  }
}

TEST_CASE("a convolution that does not fit its job or itself is refused") {
  RunRecord record = example();
  record.jobs[0] = {
      "a", gemm::Pass::kForward, 2 * 3 * 2, 7, 3 * 2 * 5, gemm::ConvShape{2, 6, 4, 5, 3, 2, 7, 3, 2, 2, 1}, 1, 100};
  Json json = to_json(record);
  Json& conv = json["results"]["jobs"][0]["conv"];
  SECTION("of another number of images") {
    conv["images"] = 3;
    CHECK_THAT(error_of(json),
               Contains("results.jobs[0].conv: expected a convolution whose fwd is 12 x 7 x 30, found one "
                        "of 18 x 7 x 30"));
  }
  SECTION("of another depth") {
    conv["kernel_width"] = 3;
    CHECK_THAT(error_of(json), Contains("found one of 12 x 7 x 45"));
  }
  SECTION("padded by more than its kernel") {
    conv["padding"] = 2;
    CHECK_THAT(error_of(json), Contains("conv.padding: expected an integer in [0, 1], found 2"));
  }
  SECTION("with windows beyond the map") {
    conv["out_height"] = 5;
    CHECK_THAT(error_of(json), Contains("conv.out_height: expected an integer in [1, 4], found 5"));
  }
  SECTION("with a missing key") {
    conv.erase("stride");
    CHECK_THAT(error_of(json), Contains("conv.stride: expected a value, found nothing"));
  }
}

TEST_CASE("a record's keys come in their fixed order") {
  const Json json = to_json(example());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"schema_version", "context", "config", "results", "results_sha256"});
}

TEST_CASE("numbers that are not finite become null beside the status") {
  RunRecord record = example();
  record.status = Status::kDiverged;
  record.status_reason = "the training loss is not finite in epoch 0";
  record.epochs[0].train_loss = std::numeric_limits<double>::quiet_NaN();
  record.epochs[0].test_loss = std::numeric_limits<double>::infinity();
  const Json json = to_json(record);
  CHECK(json["results"]["epochs"][0]["train_loss"].is_null());
  CHECK(json["results"]["epochs"][0]["test_loss"].is_null());
  CHECK(json["results"]["status"] == "diverged");
  const RunRecord read = from_json(json, "record.json");
  CHECK(std::isnan(read.epochs[0].train_loss));
  CHECK(read.status_reason == record.status_reason);
}

TEST_CASE("a record of floating-point training has no bits and no BitOPs") {
  RunRecord record = example();
  record.epochs[0].bits.clear();
  record.epochs[0].bitops_per_image.reset();
  record.epochs[0].sensitivities.clear();
  record.bitops_reduction_percent.reset();
  const Json json = to_json(record);
  CHECK(json["results"]["epochs"][0]["bits"].is_null());
  CHECK(json["results"]["bitops_reduction_percent"].is_null());
  const RunRecord read = from_json(json, "record.json");
  CHECK(read.epochs[0].bits.empty());
  CHECK_FALSE(read.bitops_reduction_percent.has_value());
}

TEST_CASE("a record that breaks its schema is refused with the key and what was found") {
  Json json = to_json(example());
  SECTION("another schema version") {
    json["schema_version"] = 3;
    CHECK_THAT(error_of(json), Contains("record.json: schema_version: expected an integer in [1, 2], found 3"));
  }
  SECTION("a missing key") {
    json["results"].erase("steps_per_epoch");
    CHECK_THAT(error_of(json), Contains("results.steps_per_epoch: expected a value, found nothing"));
  }
  SECTION("an unknown key") {
    json["results"]["speed"] = 1;
    CHECK_THAT(error_of(json), Contains("results.speed: expected one of the keys"));
  }
  SECTION("a wrong type") {
    json["results"]["epochs"][0]["train_loss"] = "low";
    CHECK_THAT(error_of(json), Contains("results.epochs[0].train_loss: expected a number or null, found \"low\""));
  }
  SECTION("a width out of range") {
    json["results"]["epochs"][0]["bits"][3] = 9;
    CHECK_THAT(error_of(json), Contains("results.epochs[0].bits: expected an array of integers in [1, 8], found 9"));
  }
  SECTION("bits for another number of layers") {
    json["results"]["epochs"][0]["bits"].push_back(8);
    CHECK_THAT(error_of(json), Contains("epochs[0].bits: expected one entry for each of the 6 sites, found 7 entries"));
  }
  SECTION("a job of an unknown layer") {
    json["results"]["jobs"][0]["layer"] = "z";
    CHECK_THAT(error_of(json), Contains("results.jobs[0].layer: expected the name of one of the record's layers"));
  }
  SECTION("an unknown pass") {
    json["results"]["jobs"][0]["pass"] = "sideways";
    CHECK_THAT(error_of(json), Contains("results.jobs[0].pass: expected one of fwd, dgrad, wgrad"));
  }
  SECTION("an unknown status") {
    json["results"]["status"] = "fine";
    CHECK_THAT(error_of(json), Contains("results.status: expected one of completed, diverged, interrupted"));
  }
  SECTION("epochs that do not count up from 0") {
    json["results"]["epochs"][0]["epoch"] = 3;
    CHECK_THAT(error_of(json), Contains("results.epochs[0].epoch: expected an integer in [0, 0], found 3"));
  }
  SECTION("a job beyond the range of a side") {
    json["results"]["jobs"][0]["m"] = std::int64_t{1} << 32;
    CHECK_THAT(error_of(json), Contains("results.jobs[0].m: expected an integer in [1, 2147483648], found 4294967296"));
  }
  SECTION("a job of more MACs than any network has") {
    json["results"]["jobs"][1]["m"] = json["results"]["jobs"][1]["n"] = json["results"]["jobs"][1]["k"] = 2147483648;
    CHECK_THAT(error_of(json), Contains("results.jobs[1].k: expected a job of at most 4398046511104 MACs, found "
                                        "2147483648 x 2147483648 x 2147483648"));
  }
  SECTION("more steps than an epoch can have") {
    json["results"]["steps_per_epoch"] = INT64_MAX;
    CHECK_THAT(error_of(json), Contains("results.steps_per_epoch: expected an integer in [0, 1000000000]"));
  }
  SECTION("a layer of more MACs than any network has") {
    json["results"]["layers"][0]["macs"] = INT64_MAX;
    CHECK_THAT(error_of(json), Contains("results.layers[0].macs: expected an integer in [1, 4398046511104]"));
  }
  SECTION("bits in some epochs only") {
    Json epoch = json["results"]["epochs"][0];
    epoch["epoch"] = 1;
    epoch["bits"] = epoch["bitops_per_image"] = nullptr;
    json["results"]["epochs"].push_back(epoch);
    CHECK_THAT(error_of(json), Contains("results.epochs[1].bits: expected widths in every epoch or in none"));
  }
  SECTION("BitOPs without bits") {
    json["results"]["epochs"][0]["bits"] = nullptr;
    CHECK_THAT(error_of(json), Contains("results.epochs[0].bitops_per_image: expected null, as there are no bits"));
  }
  SECTION("bits without BitOPs") {
    json["results"]["epochs"][0]["bitops_per_image"] = nullptr;
    CHECK_THAT(error_of(json), Contains("results.epochs[0].bitops_per_image: expected an integer, as there are bits"));
  }
  SECTION("no object at all") {
    CHECK_THAT(error_of(Json::array()), Contains("record.json: expected an object"));
  }
}

TEST_CASE("a record file is read back, and a missing one names itself") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "sub" / "record.json";
  write_record(path, example());
  CHECK(to_json(read_record(path)).dump() == to_json(example()).dump());
  std::filesystem::remove(path);
  CHECK_THROWS_WITH(read_record(path), Contains(path.string()));
}

}  // namespace ampa::record
