#include "sweep/trial_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "common/atomic_file.h"
#include "common/error.h"
#include "common/folder_lock.h"
#include "sweep/trial_key.h"
#include "train/checkpoint.h"

namespace ampa::sweep {
namespace {

constexpr const char* kRecord = "record.json";
constexpr const char* kCheckpoint = "checkpoint.bin";

bool is_there(const std::filesystem::path& path) {
  std::error_code code;
  return std::filesystem::exists(std::filesystem::symlink_status(path, code));
}

// NAME.EXTENSION becomes NAME.damaged.EXTENSION, in the place of an older one.
void set_aside(const std::filesystem::path& path) {
  if (!is_there(path)) return;
  std::filesystem::path aside = path;
  aside.replace_extension(".damaged" + path.extension().string());
  std::error_code code;
  std::filesystem::remove_all(aside, code);
  std::filesystem::rename(path, aside, code);
  if (code) throw RunError(fmt::format("{}: cannot set aside: {}", path.string(), code.message()));
}

bool has_costs_on(const TrialSummary& trial, const std::vector<std::string>& points) {
  if (trial.cycles.empty()) return trial.scheme() == "fp32" || trial.num_epochs == 0;
  return std::equal(trial.cycles.begin(), trial.cycles.end(), points.begin(), points.end(),
                    [](const PointCycles& cycles, const std::string& point) {
                      return cycles.point == point && !cycles.layers.empty();
                    });
}

// The figures of a trial of which the record has not changed since they were taken from it.
void take_figures(TrialSummary& trial, const TrialSummary& from) {
  trial.status = from.status;
  trial.reason = from.reason;
  trial.num_epochs = from.num_epochs;
  trial.metric = from.metric;
  trial.final_metric = from.final_metric;
  trial.best_metric = from.best_metric;
  trial.validation_metric = from.validation_metric;
  trial.train_loss = from.train_loss;
  trial.bitops_reduction_percent = from.bitops_reduction_percent;
  trial.bitops_per_image = from.bitops_per_image;
  trial.weight_bits = from.weight_bits;
  trial.inference_bitops = from.inference_bitops;
  trial.cycles = from.cycles;
}

}  // namespace

std::filesystem::path trial_dir(const std::filesystem::path& dir, const std::string& id) {
  return dir / "trials" / id;
}

TrialBook::TrialBook(const std::filesystem::path& dir, std::vector<TrialSummary>& trials,
                     const std::vector<std::string>& points, Notice notice)
    : dir_(dir),
      trials_(trials),
      points_(points),
      notice_(std::move(notice)),
      known_(read_finished_log(dir / "trials.jsonl")),
      log_(dir / "trials.jsonl") {
  remove_stale_temporaries(dir);
  for (std::size_t i = 0; i < trials_.size(); ++i) look_at(i);
}

// After an edit of the sweep's file, or of another version, which named its trials otherwise: what they hold counts for
// nothing, and that may be a surprise.
void TrialBook::say_strangers() const {
  std::unordered_set<std::string> ids;
  for (const TrialSummary& trial : trials_) ids.insert(trial.id);
  const std::filesystem::path folders = dir_ / "trials";
  std::int64_t num_strangers = 0;
  std::string first;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folders, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code none;
    if (!entry->is_directory(none) || ids.count(name) > 0) continue;
    if (++num_strangers == 1 || name < first) first = name;
  }
  if (num_strangers > 0)
    notice_(
        fmt::format("{}: {} of no trial of this sweep file ({}{}), which was edited or run by another version; not "
                    "used, and left as found",
                    folders.string(), num_strangers == 1 ? "1 folder" : fmt::format("{} folders", num_strangers),
                    num_strangers == 1 ? "" : "the first: ", first));
}

void TrialBook::look_at(std::size_t index) {
  TrialSummary& trial = trials_[index];
  const std::filesystem::path path = folder(index) / kRecord;
  remove_stale_temporaries(folder(index));
  if (is_there(folder(index) / FolderLock::kFileName)) try {
      const FolderLock left(folder(index));  // by a worker that was killed: taken over and released
    } catch (const Error&) {
    }
  const auto logged = known_.find(trial.id);
  const bool was_finished = logged != known_.end() && logged->second.trial.finished();
  if (!is_there(path)) {
    if (was_finished) forget_record(index);
    return;
  }
  try {
    const std::string bytes = read_file(path), sha256 = sha256_hex(bytes);
    if (was_finished && logged->second.record_sha256 != sha256)
      throw InputError(fmt::format("{}: expected the record that the trial ended with, found another", path.string()));
    if (was_finished && is_same_run(logged->second.trial, trial) && has_costs_on(logged->second.trial, points_))
      return take_figures(trial, logged->second.trial);
    const record::RunRecord record = record::from_json(parse_json(bytes, path.string()), path.string());
    check_is_of_trial(record, trial, path.string());
    add_record(trial, record, points_, path.string());
    if (trial.finished()) log(index, sha256);
  } catch (const Error& damage) {
    notice_(fmt::format("trial {}: {}; it is run again", trial.id, damage.what()));
    try {
      set_aside(path);
    } catch (const RunError& error) {
      notice_(fmt::format("trial {}: {}", trial.id, error.what()));
    }
    forget_record(index);
  }
}

void TrialBook::forget_record(std::size_t index) {
  TrialSummary pending;
  pending.status = "pending";
  take_figures(trials_[index], pending);
  if (!log(index, "")) unforgotten_.insert(index);
}

bool TrialBook::log(std::size_t index, const std::string& record_sha256) {
  try {
    log_.append({record_sha256, trials_[index]});
    return true;
  } catch (const RunError& error) {  // the next start finds the trial by its record
    notice_(error.what());
    return false;
  }
}

bool TrialBook::prepare(std::size_t index) {
  const TrialSummary& trial = trials_[index];
  const std::filesystem::path checkpoint = folder(index) / kCheckpoint;
  if (unforgotten_.count(index) > 0) {  // else its new record would pass for a changed one at the next start
    log_.append({"", trial});
    unforgotten_.erase(index);
  }
  write_json_file(folder(index) / "config.json", trial.config);
  if (is_there(checkpoint)) {
    try {
      const train::CheckpointState state = train::read_checkpoint_state(checkpoint);
      check_is_of_trial(record::from_json(state.record, checkpoint.string()), trial, checkpoint.string());
      return true;
    } catch (const InputError& damage) {
      start_over(index, damage.what());
    }
  }
  set_aside(folder(index) / kRecord);  // of an unfinished run without a checkpoint
  return false;
}

void TrialBook::take(std::size_t index) {
  TrialSummary& trial = trials_[index];
  const std::filesystem::path path = folder(index) / kRecord;
  remove_stale_temporaries(folder(index));  // also of a worker that still was ending when the sweep began
  if (!is_there(path)) return;
  const std::string bytes = read_file(path);
  const record::RunRecord record = record::from_json(parse_json(bytes, path.string()), path.string());
  check_is_of_trial(record, trial, path.string());
  add_record(trial, record, points_, path.string());
  if (trial.finished()) log(index, sha256_hex(bytes));
}

void TrialBook::start_over(std::size_t index, const std::string& why) {
  notice_(fmt::format("trial {}: {}; it is repeated from the start", trials_[index].id, why));
  set_aside(folder(index) / kCheckpoint);
  set_aside(folder(index) / kRecord);
  TrialSummary pending;
  pending.status = "pending";
  take_figures(trials_[index], pending);
}

}  // namespace ampa::sweep
