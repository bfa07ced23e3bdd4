#include "config/search_rows.h"

#include "config/command_settings.h"
#include "train/train_names.h"

namespace ampa::config {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 60, kMaxThreads = 256;

SettingRow positional(const settings::Setting& setting, const char* command) {
  SettingRow row{setting, {Use::in(command).must()}};
  row.positional = true;
  return row;
}

}  // namespace

void add_recommend_rows(std::vector<SettingRow>& rows) {
  rows.push_back({settings::number("max_metric_loss", {-1e9, 1e9})
                      .in("the metric's unit")
                      .about("by how much the metric (accuracy: percentage points) may be worse than the baseline's")
                      .by_default_words("1 if there is no other bound"),
                  {Use::in("recommend")}});
  rows.push_back({settings::number("max_accuracy_loss", {-100, 100})
                      .in("percentage points")
                      .about("older name of max_metric_loss"),
                  {Use::in("recommend", settings::without("max_metric_loss"))}});
  rows.push_back(
      {settings::number("min_rr", {-100, 100}).in("percent").about("BitOPs to be saved"), {Use::in("recommend")}});
  rows.push_back(
      {settings::number("max_cycles", {1, 1e19}).in("cycles").about("cycles of a whole training run on --point"),
       {Use::in("recommend")}});
  rows.push_back({settings::number("max_lut_seconds", {0, 1e19})
                      .in("LUT s")
                      .about("logic times the time of a whole training run on --point, of a study"),
                  {Use::in("recommend")}});
  rows.push_back(
      {settings::text("point").about("hardware point of the sweep or study").by_default_words("the sweep's first"),
       {Use::in("recommend")}});
  rows.push_back({settings::choice("baseline", train::scheme_names())
                      .about("scheme to compare with")
                      .by_default_words("int8, else fp32"),
                  {Use::in("recommend")}});
  rows.push_back({settings::texts("point").about("hardware point to cost a training run on; may be repeated"),
                  {Use::in("report").by_default_words(kDefaultPoint)}});
}

void add_study_rows(std::vector<SettingRow>& rows) {
  rows.push_back(
      positional(settings::text("study").as("STUDY.json").about("the study's file (docs/study.md)"), "study"));
  rows.push_back(positional(settings::text("dir").as("DIR").about("folder of the study"), "worker"));
  rows.push_back(positional(settings::text("dir").as("DIR").about("folder of the study"), "trials"));
  rows.push_back({settings::choice("format", {"csv", "optuna"})
                      .by_default("csv")
                      .about("csv: a line for each trial; optuna: a journal for JournalFileStorage of Optuna"),
                  {Use::in("trials")}});
  rows.push_back({settings::text("out").as("FILE").about("write to this file"),
                  {Use::in("trials").by_default_words("standard output")}});
  rows.push_back({settings::text("out").as("DIR").about("folder of the study; one that was begun is gone on with"),
                  {Use::in("study").must()}});
  rows.push_back({settings::integer("workers", 0, kMaxThreads)
                      .in("processes")
                      .about("workers that are started here; 0: `ampa worker DIR` does the work elsewhere")
                      .by_default_words("all processors; with --slurm the runs of a batch"),
                  {Use::in("study")}});
  rows.push_back(
      {settings::on_off("slurm").about("workers are the tasks of a job array of Slurm (sbatch)"), {Use::in("study")}});
  rows.push_back({settings::text("sbatch").as("OPTIONS").about(
                      "for the array, as sbatch takes them: \"--partition=low --time=60\""),
                  {Use::in("study", settings::with("slurm"))}});
  rows.push_back(
      {settings::number("idle", {0, 1e9}).in("seconds").by_default(300.0).about("end after so long without a job"),
       {Use::in("worker")}});
  rows.push_back({settings::integer("until_epoch", 1, kMost)
                      .in("epochs")
                      .about("pause when so many of the run's epochs are finished; --resume goes on")
                      .by_default_words("all"),
                  {Use::in("train", settings::with("out"))}});
  rows.push_back({settings::number("stop_below_rr", {-100, 100})
                      .in("percent")
                      .about("pause once the RR of the whole run can no longer reach this, where widths never fall"),
                  {Use::in("train")}});
}

}  // namespace ampa::config
