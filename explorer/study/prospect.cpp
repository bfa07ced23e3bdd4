#include "study/prospect.h"

namespace ampa::study {

std::optional<bitops::Climb> climb_of(const train::TrainConfig& config, const std::vector<std::string>& layers,
                                      const std::vector<bitops::CountedGemm>& gemms, const std::vector<int>& groups) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr || allocator->ladder == nullptr) return std::nullopt;
  return bitops::climb_of(gemms, groups, allocator->ladder(train::allocator_config(config, layers)));
}

std::optional<double> least_reduction(const record::RunRecord& record) {
  const train::TrainConfig config = train::config_from_json(record.config, "record", "config");
  const auto num_epochs = static_cast<std::size_t>(config.epochs);
  if (record.epochs.size() >= num_epochs) return record.bitops_reduction_percent;
  if (record.epochs.empty() || record.layers.empty()) return std::nullopt;
  const std::vector<bitops::CountedGemm> gemms = record::counted_gemms(record);
  const std::optional<bitops::Climb> climb =
      climb_of(config, record::layer_names(record), gemms, record::layer_groups(record));
  if (!climb) return std::nullopt;
  std::vector<std::int64_t> epoch_bitops;
  for (const record::EpochResult& epoch : record.epochs) epoch_bitops.push_back(epoch.bitops_per_image.value());
  return bitops::reduction_at_least(std::move(epoch_bitops), std::nullopt, *climb, config.epochs,
                                    bitops::int8_training_bitops(gemms));
}

std::optional<double> prospect(const Objective& objective, const Measured& run) {
  const std::optional<double> so_far = objective.value(run);
  const bool is_rr = objective.info->name == "rr", is_bitops = objective.info->name == "bitops";
  if (!so_far || run.trial.status == "completed" || !(is_rr || is_bitops)) return so_far;
  const record::RunRecord record = run.record();
  const std::optional<double> least = least_reduction(record);
  if (!least || is_rr) return least ? least : so_far;
  return static_cast<double>(bitops::int8_training_bitops(record::counted_gemms(record))) * (1 - *least / 100);
}

}  // namespace ampa::study
