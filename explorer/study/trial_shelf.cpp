#include "study/trial_shelf.h"

#include <fmt/format.h>

#include "bitops/bitops.h"
#include "common/error.h"
#include "study/prospect.h"
#include "sweep/trial_key.h"

namespace ampa::study {
namespace {

// The record of the run had it been paused after its first epochs.
record::RunRecord prefix_of(record::RunRecord record, std::int64_t epoch) {
  const auto count = static_cast<std::size_t>(epoch);
  if (record.epochs.size() <= count) return record;
  record.epochs.resize(count);
  record.status = record::Status::kPaused;
  record.status_reason.clear();
  record.answers.reset();
  if (!record.bitops_reduction_percent) return record;
  std::vector<std::int64_t> bitops;
  for (const record::EpochResult& result : record.epochs) bitops.push_back(result.bitops_per_image.value());
  record.bitops_reduction_percent =
      bitops::reduction_percent(bitops, bitops::int8_training_bitops(record::counted_gemms(record)));
  return record;
}

}  // namespace

TrialShelf::TrialShelf(const StudySpec& spec, const Lattice& lattice, const std::filesystem::path& dir,
                       sweep::TrialBook::Notice notice)
    : spec_(spec), lattice_(lattice), dir_(dir), notice_(notice), book_(dir, trials_, spec.points, notice) {}

std::size_t TrialShelf::place_of(const Job& job) {
  const auto [known, is_new] = places_.emplace(job.trial, trials_.size());
  if (is_new) {
    trials_.push_back(sweep::with_seed(lattice_.settings[job.setting], job.seed));
    book_.look_at(known->second);
  }
  return known->second;
}

sweep::TrialSummary TrialShelf::at_epoch(std::size_t place, std::int64_t epoch) const {
  const sweep::TrialSummary& trial = trials_[place];
  if (trial.num_epochs <= epoch) return trial;
  const std::filesystem::path path = sweep::trial_dir(dir_, trial.id) / "record.json";
  sweep::TrialSummary early = trial;
  sweep::add_record(early, prefix_of(record::read_record(path), epoch), spec_.points, path.string());
  return early;
}

std::optional<RunResult> TrialShelf::result_of(const Job& job) {
  const std::size_t place = place_of(job);
  const sweep::TrialSummary& trial = trials_[place];
  if (trial.num_epochs < job.until_epoch && !is_ruled_out(trial)) return std::nullopt;
  const sweep::TrialSummary then = at_epoch(place, job.until_epoch);
  const auto record = [&] {
    const std::filesystem::path path = sweep::trial_dir(dir_, trial.id) / "record.json";
    return prefix_of(record::read_record(path), job.until_epoch);
  };
  const Measured run = {then, record};
  RunResult result = study::result_of(spec_, run, job.setting);
  result.is_own = lattice_.is_own(job.setting);
  if (spec_.halving && result.ruled_out.empty())
    for (const Objective& objective : spec_.objectives) result.prospects.push_back(prospect(objective, run));
  return result;
}

// A run that was stopped below another bound, before the study's file was changed, is gone on with.
bool TrialShelf::is_ruled_out(const sweep::TrialSummary& trial) const {
  if (trial.status == "diverged") return true;
  if (trial.status != "paused" || trial.reason.empty() || !spec_.min_rr()) return false;
  const std::string bound = fmt::format(" below {} %", *spec_.min_rr());
  return trial.reason.size() > bound.size() &&
         trial.reason.compare(trial.reason.size() - bound.size(), bound.size(), bound) == 0;
}

void TrialShelf::prepare(const Job& job) {
  book_.prepare(place_of(job));
}

void TrialShelf::take(const Job& job) {
  const std::size_t place = place_of(job);
  try {
    book_.take(place);
  } catch (const Error& damage) {
    book_.start_over(place, damage.what());
  }
}

}  // namespace ampa::study
