// All trials of a sweep in figures: what sweep.json holds, and what recommendations and reports are made from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/sweep_spec.h"
#include "gemm/backend.h"
#include "record/identity.h"
#include "record/run_record.h"
#include "sweep/statistics.h"

namespace ampa::sweep {

constexpr std::int64_t kSummarySchemaVersion = 1;

// Bounds in percent of the RR that any run of a configuration can reach (known before training).
struct ReductionRange {
  double low_percent = 0, high_percent = 0;
};

struct LayerCycles {
  gemm::JobCycles total, int8_total;
};

struct PointCycles {
  std::string point;
  gemm::JobCycles total;            // of the whole run
  gemm::JobCycles int8_total;       // of the same steps at INT8
  std::vector<LayerCycles> layers;  // their parts, in the order of the record's layers; empty: not kept
  double reduction_percent() const;
};

struct TrialSummary {
  std::string id, setting, task, label;
  std::vector<std::string> same_runs;  // labels of the sweep's other settings that come to this very run
  bool baseline = false;
  Json config = Json::object();                   // resolved
  std::optional<record::Identity> identity;       // of its run; none in summaries of older versions
  std::string status;                             // a record's status, or "failed" or "pending"
  std::string reason;                             // why it diverged or failed
  std::int64_t num_epochs = 0;                    // finished
  Metric metric = {"accuracy", "percent", true};  // of the objective
  // Of the last finished epoch; none before it, or if not finite. best_metric: of all epochs.
  std::optional<double> final_metric, best_metric, train_loss;
  std::optional<double> validation_metric;  // of the same epoch, on the samples that the run holds out; none without
  std::optional<double> bitops_reduction_percent;
  std::optional<double> bitops_per_image;               // of one training step, mean over the epochs
  std::optional<double> weight_bits, inference_bitops;  // record::inference_of; of one image
  std::optional<ReductionRange> estimated_reduction;
  std::vector<PointCycles> cycles;  // empty for scheme fp32

  bool finished() const { return status == "completed" || status == "diverged"; }
  std::string scheme() const { return config.at("scheme").get<std::string>(); }
};

struct PointStatistics {
  std::string point;
  Statistics total_cycles, reduction_percent;
  double compute_mean = 0, fill_drain_mean = 0, operand_stall_mean = 0, write_stall_mean = 0;  // of the total's mean
};

// The completed trials of one setting, over their seeds.
struct SettingSummary {
  std::string id, task, label, scheme;
  std::vector<std::string> same_runs;  // labels of the sweep's other settings that come to the same runs
  bool baseline = false;
  Json config = Json::object();  // without the seed
  Metric metric;
  std::int64_t num_trials = 0, num_completed = 0, num_diverged = 0;
  std::optional<Statistics> final_metric, best_metric, train_loss, bitops_reduction_percent, bitops_per_image,
      weight_bits, inference_bitops;
  std::optional<ReductionRange> estimated_reduction;
  std::vector<PointStatistics> cycles;

  const PointStatistics* at_point(const std::string& point) const;  // null if it was not costed there
};

struct SweepSummary {
  std::string name;
  Json context = Json::object();
  Json config = Json::object();  // SWEEP.json
  std::vector<std::string> points;
  std::vector<TrialSummary> trials;      // in the order of the sweep
  std::vector<SettingSummary> settings;  // in the order of their first trials
};

// Whether a name may stand for a folder of DIR/trials: letters, digits, '.', '_', '-' and no '.' first.
bool is_trial_id(const std::string& id);

// Of the sweep's file: every label counts.
std::int64_t num_settings_asked(const SweepSummary& summary);

// "24 settings, 4 distinct", or "24 settings" if they all are.
std::string settings_words(const SweepSummary& summary);

// A trial that has not left a record yet.
TrialSummary pending_trial(const config::Trial& trial, std::optional<ReductionRange> range);

// Fills in what a record says. `source` names the record in messages.
void add_record(TrialSummary& trial, const record::RunRecord& record, const std::vector<std::string>& points,
                const std::string& source);

std::vector<SettingSummary> summarise_settings(const std::vector<TrialSummary>& trials);

Json to_json(const TrialSummary& trial);
TrialSummary trial_from_json(const Json& json, const std::string& source, const std::string& key = "");

Json to_json(const SweepSummary& summary);
SweepSummary summary_from_json(const Json& json, const std::string& source);  // throws InputError

}  // namespace ampa::sweep
