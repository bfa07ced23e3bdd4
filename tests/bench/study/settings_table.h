// What every setting of settings_table.json came to in real trainings, so that studies are replayed without training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "record/run_record.h"
#include "study/engine.h"
#include "study/lattice.h"
#include "study/study_spec.h"

namespace ampa::bench {

struct RecordedRun {
  double test_accuracy = 0;                            // percent, of the last epoch
  double rr = 0, cycles = 0;                           // of the whole run
  std::vector<double> accuracy;                        // after each epoch, percent, on the samples held out
  std::vector<std::vector<allocate::LayerBits>> bits;  // in each epoch, of every layer
  std::vector<std::int64_t> bitops;                    // of each epoch, of one image
};

class SettingsTable {
 public:
  // settings_table.csv and settings_table.json of a folder. Throws InputError.
  explicit SettingsTable(const std::filesystem::path& folder);

  // The study that made the table with other keys; null takes one out. Its task is one that needs no files and is never
  // trained: settings are the same.
  study::StudySpec spec(const Json& changes) const;

  const std::map<std::pair<std::string, std::uint64_t>, RecordedRun>& runs() const { return runs_; }
  const std::vector<std::string>& keys() const { return keys_; }

  // Of a run's configuration, with another seed.
  const RecordedRun& run(const Json& config, std::uint64_t seed) const;

  // What a job comes to: as far as it goes, or until the bound on RR of `spec` cannot be met any more. The run is that
  // of `recorded_seed`, whatever the job's own.
  study::RunResult result(const study::StudySpec& spec, const study::Lattice& lattice, const study::Job& job,
                          std::uint64_t recorded_seed) const;

  // The epoch before which a run is stopped as its RR cannot reach a bound (bitops::reduction_at_most); num_epochs:
  // never.
  std::int64_t stopped_before(const RecordedRun& run, double min_rr) const;
  double rr_after(const RecordedRun& run, std::int64_t epochs) const;
  // The RR that the whole run is expected to have after so many epochs (study::expected_reduction), under a setting's
  // configuration.
  double rr_expected(const RecordedRun& run, std::int64_t epochs, const Json& config) const;
  std::int64_t num_epochs() const { return num_epochs_; }

 private:
  std::string key_of(const Json& config) const;

  Json study_;
  record::RunRecord layers_;       // a record of no epoch, with the layers of the recorded runs
  std::vector<std::string> keys_;  // of the space
  std::map<std::pair<std::string, std::uint64_t>, RecordedRun> runs_;  // by setting and seed
  std::int64_t num_epochs_ = 0, int8_bitops_ = 0;
};

}  // namespace ampa::bench
