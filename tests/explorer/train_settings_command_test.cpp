// Settings of training runs as `ampa train`, `ampa estimate` and `ampa sweep` take and refuse them.
#include <catch2/catch.hpp>

#include "scratch.h"

namespace ampa {
namespace {

using Catch::Contains;
using testing::ampa;
using testing::kTiny;
using testing::Result;
using testing::Scratch;

void check_refused(const Result& result, const std::string& message) {
  CHECK(result.exit_code == 2);
  CHECK(result.err == "ampa: " + message + "\n");
}

const std::string kShort =
    "--network tinycnn --dataset synthetic --epochs 1 --batch-size 8 --max-train 16 --max-test 8 ";

}  // namespace

TEST_CASE("train refuses a setting that the run does not use") {
  const Scratch scratch;
  check_refused(ampa(scratch, "train " + kShort + "--scheme int8 --alpha 20"), "--alpha: acts only with --scheme ampa or ampa-cost");
  check_refused(ampa(scratch, "train " + kShort + "--scheme fp32 --set thr=2"),
                "--set thr: acts only with --scheme ampa");
  check_refused(ampa(scratch, "train " + kShort + "--lr-decay 0.5"), "--lr-decay: acts only with --lr-schedule step");
  check_refused(ampa(scratch, "train " + kShort + "--point int8-8x8"), "--point: acts only with --backend tlm or rtl");
  check_refused(ampa(scratch, "train " + kShort + "--overwrite"),
                "--overwrite: acts only with --out, and without --resume");
  check_refused(ampa(scratch, "train --network tinycnn --dataset synthetic --max-train 16 --set batch_size=32"),
                "command line: batch_size: expected at most max_train (16), found 32");
  scratch.write("run.json", R"({"scheme": "int8", "beta": 3})");
  check_refused(ampa(scratch, "train --config run.json"), "run.json: beta: acts only with scheme ampa or ampa-cost");
  scratch.write("ampa.json", R"({"network": "tinycnn", "dataset": "synthetic", "beta": 3, "epochs": 1, "batch_size": 8,
                                "max_train": 16, "max_test": 8})");
  CHECK(ampa(scratch, "train --config ampa.json --scheme int8 --json").json()["config"]["scheme"] == "int8");
}

TEST_CASE("numbers are read as people write them, in files as JSON has them") {
  const Scratch scratch;
  const Json config =
      ampa(scratch,
           "train --network tinycnn --dataset synthetic --batch-size 8 --max-train 16 --max-test 8 --scheme int8 "
           "--lr .1 --epochs 1e0 --weight-decay +1e-3 --json")
          .json()["config"];
  CHECK(config["lr"] == 0.1);
  CHECK(config["epochs"].dump() == "1");
  CHECK(config["weight_decay"] == 0.001);
  scratch.write("ok.json", "{\n// comment\n\"scheme\": \"int8\", \"epochs\": 1.0, \"batch_size\": 8e0}");
  CHECK(ampa(scratch, "train --config ok.json " + kShort + "--json").json()["config"]["epochs"].dump() == "1");
  scratch.write("dot.json", R"({"lr": .1})");
  CHECK_THAT(ampa(scratch, "train --config dot.json").err, Contains("dot.json") && Contains("line 1"));
}

TEST_CASE("a record is a config file, of its own run") {
  const Scratch scratch;
  REQUIRE(ampa(scratch, "train " + kShort + "--scheme int4 --seed 5 --out r").exit_code == 0);
  const Result again = ampa(scratch, "train --config r/record.json --json");
  REQUIRE(again.exit_code == 0);
  CHECK(again.json()["config"] == scratch.json("r/record.json")["config"]);
  CHECK(again.json()["results"]["tensor_digest"] == scratch.json("r/record.json")["results"]["tensor_digest"]);
  CHECK_THAT(ampa(scratch, "estimate --config r/record.json").err, Contains("scheme: expected ampa"));
}

TEST_CASE("train says what it trains and where it is kept before it starts") {
  const Scratch scratch;
  const Result result = ampa(scratch, "train " + kShort + "--scheme int4 --seed 3");
  CHECK_THAT(result.err,
             Catch::StartsWith("trains tinycnn (") &&
                 Contains("on synthetic (16 images, 8 to test), int4, seed 3\n1 epochs of 2 steps of 8 images: 2 "
                          "steps; nothing is kept (--out DIR keeps"));
  CHECK_THAT(ampa(scratch, "train " + kShort + "--scheme int4 --out r").err, Contains("kept in r after every epoch"));
}

TEST_CASE("trace record refuses more steps than the run has") {
  const Scratch scratch;
  check_refused(ampa(scratch, "trace record " + kShort + "--scheme int4 --out t --steps 100"),
                "--steps: expected at most 2, to the end of the run, found 100");
  check_refused(ampa(scratch, "trace record " + kShort + "--scheme int4 --out u --steps 99999999999999999999"),
                "--steps: expected an integer of at least 1, found \"99999999999999999999\"");
}

TEST_CASE("estimate takes a file of train and says what it does not use") {
  const Scratch scratch;
  scratch.write("run.json", R"({"network": "resnet8", "alpha": 40, "lr": 0.2})");
  const Result result = ampa(scratch, "estimate --config run.json --json");
  CHECK(result.exit_code == 0);
  CHECK(result.err == "note: run.json: not used by ampa estimate: lr\n");
  CHECK(ampa(scratch, "estimate --network resnet8 --set lr=1").exit_code == 2);
  check_refused(
      ampa(scratch, "estimate --network resnet8 --data-dir x"),
      "--data-dir: acts only with --dataset fashion-mnist, cifar10, cifar100, idx, npy, folder, masks or text");
}

TEST_CASE("a sweep's key that no run of it uses is refused, one that some use is not") {
  const Scratch scratch;
  const auto refused = [&](const std::string& body, const std::string& message) {
    scratch.write("s.json", R"({"schema_version": 1, "name": "x", )" + body + "}");
    const Result result = ampa(scratch, "sweep s.json --out never");
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(message));
    CHECK_FALSE(std::filesystem::exists(scratch / "never"));
  };
  refused(R"("base": {"scheme": "int8", "alpha": 20})", "s.json: base.alpha: acts only with scheme ampa");
  refused(R"("grid": {"lr_decay": [0.1, 0.5]})", "s.json: grid.lr_decay: acts only with lr_schedule step");
  refused(R"("list": [{"scheme": "ampa"}, {"scheme": "int8", "thr": 1}])",
          "s.json: list[1].thr: acts only with scheme ampa");
  refused(R"("base": {"max_train": 32}, "grid": {"batch_size": [16, 64]})",
          "batch_size: expected at most max_train (32), found 64");
  refused(R"("grid": {"alhpa": [1]})", "did you mean alpha?");
}

}  // namespace ampa
