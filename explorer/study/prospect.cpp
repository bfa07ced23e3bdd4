#include "study/prospect.h"

#include "sweep/reduction_range.h"

namespace ampa::study {

std::optional<double> expected_reduction(const record::RunRecord& record) {
  const train::TrainConfig config = train::config_from_json(record.config, "record", "config");
  if (static_cast<std::int64_t>(record.epochs.size()) >= config.epochs) return record.bitops_reduction_percent;
  if (record.epochs.empty()) return std::nullopt;
  bitops::RunSoFar so_far;
  for (const record::EpochResult& epoch : record.epochs) {
    if (!epoch.bitops_per_image) return std::nullopt;
    so_far.epoch_bitops.push_back(*epoch.bitops_per_image);
  }
  so_far.bits = record.epochs.back().bits;
  const auto range = sweep::estimated_range(config, record::counted_gemms(record), record::layer_names(record),
                                            record::layer_groups(record), so_far);
  return range ? std::optional((range->low_percent + range->high_percent) / 2) : std::nullopt;
}

std::optional<double> prospect(const Objective& objective, const Measured& run) {
  const std::optional<double> so_far = objective.value(run);
  const bool is_rr = objective.info->name == "rr", is_bitops = objective.info->name == "bitops";
  if (!so_far || run.trial.status == "completed" || !(is_rr || is_bitops)) return so_far;
  const record::RunRecord record = run.record();
  const std::optional<double> expected = expected_reduction(record);
  if (!expected || is_rr) return expected ? expected : so_far;
  return static_cast<double>(bitops::int8_training_bitops(record::counted_gemms(record))) * (1 - *expected / 100);
}

}  // namespace ampa::study
