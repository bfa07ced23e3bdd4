#include "study/rungs.h"

#include <algorithm>

namespace ampa::study {
namespace {

// Epochs after which a run has trained one with its first update; 1 if its widths climb no ladder, or not before
// `num_epochs`.
std::int64_t first_to_tell(const train::TrainConfig& config, std::int64_t num_epochs) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  if (allocator == nullptr || allocator->ladder == nullptr) return 1;
  const allocate::AmpaSettings settings = allocator->ladder(train::allocator_config(config, {}));
  std::int64_t measured = 0;
  while (!allocate::is_measured_epoch(measured, settings.interval_epochs, settings.first_epoch)) ++measured;
  const std::int64_t epochs = measured + 2;  // the update is in force in the epoch behind
  return settings.ladder.size() > 1 && epochs < num_epochs ? epochs : 1;
}

}  // namespace

std::vector<std::int64_t> rungs_of(const StudySpec& spec, const Lattice& lattice) {
  if (!spec.halving) return {};
  if (!spec.halving->rungs.empty()) return spec.halving->rungs;
  std::int64_t earliest = 1;
  for (std::size_t i = 0; i < lattice.num_candidates; ++i)
    earliest = std::max(earliest, first_to_tell(train::config_from_json(lattice.settings[i].config, spec.source,
                                                                        lattice.settings[i].label),
                                                spec.epochs()));
  const std::int64_t k = spec.halving->keep_one_in;
  std::vector<std::int64_t> rungs;
  for (const std::int64_t rung : {spec.epochs() / (k * k), spec.epochs() / k})
    if (rung >= earliest) rungs.push_back(rung);
  if (rungs.empty()) rungs.push_back(earliest);
  return rungs;
}

}  // namespace ampa::study
