#include "config/search_rows.h"

#include "config/command_settings.h"
#include "train/train_names.h"
#include "train/train_settings.h"

namespace ampa::config {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 60, kMaxThreads = 256;
constexpr int kMaxFolders = 1000;

SettingRow positional(const settings::Setting& setting, const char* command) {
  SettingRow row{setting, {Use::in(command).must()}};
  row.positional = true;
  return row;
}

// A setting of training, of the network that settings are asked for.
SettingRow of_new_network(const char* key, const char* help, const char* otherwise, settings::Condition acts) {
  settings::Setting setting = train::find_train_setting(key)->setting;
  setting.about(help).by_default(nullptr).by_default_words(otherwise);
  return {std::move(setting), {Use::in("recommend", std::move(acts))}};
}

}  // namespace

void add_recommend_rows(std::vector<SettingRow>& rows) {
  const settings::Condition alone = settings::without("against");
  rows.push_back({settings::choice("against", train::scheme_names())
                      .about("compare with this scheme, which was run, the settings that save at least as many BitOPs"),
                  {Use::in("recommend")}});
  rows.push_back(
      positional(settings::texts("dir").as("DIR").about("the folder of a study, a sweep or a training run; with "
                                                        "--network or --against any number of studies and sweeps"),
                 "recommend"));
  rows.back().max_values = kMaxFolders;
  rows.push_back(of_new_network("network",
                                "a network that no run of the folders needs to have seen, for which they say "
                                "what to try (docs/study.md)",
                                "", alone));
  const settings::Condition elsewhere = settings::with("network");
  rows.push_back(of_new_network("dataset", "what it is to be trained on", "none: the network's own input", elsewhere));
  rows.push_back(of_new_network("data_dir", "folder of that data set", "the data set's own", elsewhere));
  rows.push_back(of_new_network("epochs", "of a run of it", "those of the first folder's first task", elsewhere));
  rows.push_back({settings::number("max_metric_loss", {-1e9, 1e9})
                      .in("the metric's unit")
                      .about("by how much the metric (accuracy: percentage points) may be worse than the baseline's")
                      .by_default_words("1 if there is no other bound"),
                  {Use::in("recommend", alone)}});
  rows.push_back({settings::number("max_accuracy_loss", {-100, 100})
                      .in("percentage points")
                      .about("older name of max_metric_loss"),
                  {Use::in("recommend", alone && settings::without("max_metric_loss"))}});
  rows.push_back({settings::number("min_rr", {-100, 100}).in("percent").about("BitOPs to be saved"),
                  {Use::in("recommend", alone)}});
  rows.push_back(
      {settings::number("max_cycles", {1, 1e19}).in("cycles").about("cycles of a whole training run on --point"),
       {Use::in("recommend", alone)}});
  rows.push_back({settings::number("max_lut_seconds", {0, 1e19})
                      .in("LUT s")
                      .about("logic times the time of a whole training run on --point, of a study"),
                  {Use::in("recommend", alone)}});
  rows.push_back(
      {settings::number("max_energy", {0, 1e19}).in("J").about("energy of a whole training run on --point, of a study"),
       {Use::in("recommend", alone)}});
  rows.push_back(
      {settings::text("point").about("hardware point of the sweep or study").by_default_words("the sweep's first"),
       {Use::in("recommend", alone)}});
  rows.push_back({settings::choice("baseline", train::scheme_names())
                      .about("scheme to compare with")
                      .by_default_words("int8, else fp32"),
                  {Use::in("recommend", alone)}});
  rows.push_back({settings::texts("point").about("hardware point to cost a training run on; may be repeated"),
                  {Use::in("report").by_default_words(kDefaultPoint)}});
  rows.push_back({settings::on_off("watch").about("write the files again while the study or sweep of DIR goes on"),
                  {Use::in("report")}});
}

void add_study_rows(std::vector<SettingRow>& rows) {
  rows.push_back(
      positional(settings::text("study").as("STUDY.json").about("the study's file (docs/study.md)"), "study"));
  rows.push_back(positional(settings::text("dir").as("DIR").about("folder of the study"), "worker"));
  rows.push_back(positional(settings::text("dir").as("DIR").about("folder of the study"), "trials"));
  rows.push_back(
      {settings::choice("format", {"csv", "optuna"})
           .by_default("csv")
           .about("csv: a line for each trial and point; optuna: a journal for JournalFileStorage of Optuna"),
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
