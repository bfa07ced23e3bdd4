// The trials of a study as its folder holds them, for tables and other programs.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "study/history.h"
#include "study/study_spec.h"
#include "sweep/summary.h"

namespace ampa::study {

struct StudyTrial {
  sweep::TrialSummary trial;
  std::string stage;                           // "baseline", "fidelity", "search", "confirm"
  Json settings = Json::object();              // of the space, those that act; empty for a baseline
  std::vector<std::optional<double>> figures;  // of each objective; none before the first epoch
};

struct StudyTrials {
  StudySpec spec;
  Metric metric;
  std::string reference;           // label of the setting that losses are against; empty: none
  std::vector<std::string> keys;   // of the space, in its order
  std::vector<StudyTrial> trials;  // in the order in which they were asked for
  // Of a trial with an epoch at least. Throws an Error if it cannot be read.
  std::function<record::RunRecord(const sweep::TrialSummary& trial)> record;
  // The metric after each epoch, on the samples held out if there are any. Reads the trial's record; throws an Error if
  // it cannot.
  std::function<std::vector<double>(const sweep::TrialSummary& trial)> curve;
};

// Of DIR/study.json, and the records where an objective needs more. Throws InputError if DIR is no study's folder or a
// file in it is damaged.
StudyTrials read_study_trials(const std::filesystem::path& dir);

// A form in which trials are written. To add one: a file with its function, and a line in trial_formats.cpp.
struct TrialFormat {
  std::string name, help;
  std::string (*text)(const StudyTrials& trials) = nullptr;
};

// csv: a line for each trial and point, as the page's trials.csv. optuna: a journal of Optuna, which
// JournalStorage(JournalFileStorage(FILE)) reads.
const std::vector<TrialFormat>& trial_formats();
const TrialFormat* find_trial_format(const std::string& name);  // null: not in the table

std::string trials_csv(const StudyTrials& trials);
std::string optuna_journal(const StudyTrials& trials);

}  // namespace ampa::study
