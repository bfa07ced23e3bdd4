#include "train/mixed_stage.h"

#include "train/run_settings.h"
#include "train/train_settings.h"

namespace ampa::train {

MixedStage::MixedStage(const TrainConfig& config, std::vector<Bits> widths, std::size_t num_layers)
    : widths_(std::move(widths)),
      num_layers_(num_layers),
      num_epochs_(config.epochs),
      seed_(seeds_of(config).rounding) {
  const Json own = own_values(config.scheme.allocator_info()->own, config);
  mixing_ = &allocate::width_mixing(own.at("mixing").get<std::string>());
  first_ = own.at("mixing_from").get<std::int64_t>();
  num_probes_ = own.at("mixing_probes").get<std::int64_t>();
}

void MixedStage::start_epoch(std::int64_t epoch, const std::vector<double>& traces) {
  epoch_ = epoch;
  tickets_.clear();
  if (!mixes() || epoch < first_) return;
  const std::vector<bool> sensitive =
      mixing_->needs_traces ? allocate::sensitive_layers(traces) : std::vector<bool>(num_layers_, false);
  for (const bool is_sensitive : sensitive) tickets_.push_back(mixing_->tickets(widths_, is_sensitive));
}

std::vector<std::size_t> MixedStage::choice(std::int64_t step, std::size_t pass) const {
  std::vector<std::size_t> widths(num_layers_, pass);
  allocate::MixingPlace place{seed_, step, 0, pass, epoch_ - first_ + 1, num_epochs_ - first_};
  for (; place.layer < tickets_.size(); ++place.layer)
    widths[place.layer] = allocate::mixed_width(place, tickets_[place.layer]);
  return widths;
}

}  // namespace ampa::train
