#include "train/pause.h"

#include <catch2/catch.hpp>

#include "../common/temporary_folder.h"
#include "common/atomic_file.h"
#include "train/trainer.h"

namespace ampa::train {
namespace {

TrainConfig small_config(double percent, const std::string& scheme = "ampa") {
  Json json = {{"network", "tinyresnet"}, {"dataset", "synthetic"}, {"scheme", scheme}, {"epochs", 6},
               {"batch_size", 32},        {"max_train", 96},        {"max_test", 32},   {"lr", 0.05}};
  if (scheme == "ampa")
    json.update({{"alpha", percent}, {"beta", percent}, {"gamma", percent}, {"itv_epochs", 1}, {"thr", 1}});
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

TEST_CASE("pause: a run that was paused after epochs and resumed is the undisturbed one bit for bit") {
  const TrainConfig config = small_config(40);
  TemporaryFolder whole, pieces;
  TrainOptions options;
  options.out_dir = whole.path();
  const Json expected = without_context(run(config, options));
  options.out_dir = pieces.path();
  options.resume = true;
  for (const std::int64_t until : {1, 3, 3, 6}) {
    options.pause.until_epoch = until;
    const record::RunRecord piece = run(config, options);
    CHECK(piece.epochs.size() == static_cast<std::size_t>(until));
    CHECK(piece.status == (until < 6 ? record::Status::kPaused : record::Status::kCompleted));
    CHECK(piece.status_reason.empty());
    CHECK(without_context(record::read_record(pieces.path() / "record.json")) == without_context(piece));
  }
  CHECK(without_context(record::read_record(pieces.path() / "record.json")) == expected);
  CHECK(read_file(whole.path() / "checkpoint.bin") == read_file(pieces.path() / "checkpoint.bin"));
}

TEST_CASE("pause: a bound on RR stops just the runs that end below it, and only once that is certain") {
  for (const double percent : {20, 60, 100}) {
    const TrainConfig config = small_config(percent);
    const record::RunRecord whole = run(config);
    const double rr = whole.bitops_reduction_percent.value();
    for (const double bound : {rr - 5, rr, rr + 0.01, rr + 20}) {
      CAPTURE(percent, rr, bound);
      TrainOptions options;
      options.pause.min_rr_percent = bound;
      const record::RunRecord found = run(config, options);
      if (found.status == record::Status::kCompleted) {
        CHECK(found.bitops_reduction_percent == whole.bitops_reduction_percent);
      } else {
        CHECK(rr < bound);
        CHECK(found.status == record::Status::kPaused);
        CHECK(found.status_reason.find("RR is at most") == 0);
        CHECK(found.epochs.size() < 6);
      }
      if (bound <= rr) CHECK(found.status == record::Status::kCompleted);
    }
  }
}

TEST_CASE("pause: fixed widths are known from the first epoch on, and fp32 has no RR to be bounded") {
  TrainOptions options;
  options.pause.min_rr_percent = 50;
  CHECK(run(small_config(0, "int8"), options).epochs.size() == 1);
  CHECK(run(small_config(0, "int4"), options).status == record::Status::kCompleted);
  CHECK(run(small_config(0, "fp32"), options).status == record::Status::kCompleted);
}

}  // namespace ampa::train
