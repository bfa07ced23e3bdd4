#include "train/joint_training.h"

#include "allocate/joint_widths.h"
#include "train/train_settings.h"

namespace ampa::train {
namespace {

const settings::OwnSettings* own_settings(const TrainConfig& config) {
  const allocate::AllocatorInfo* allocator = config.scheme.allocator_info();
  return allocator != nullptr && allocator->name == "joint" ? &allocator->own : nullptr;
}

std::vector<Bits> widths_of(const TrainConfig& config) {
  return allocate::joint_widths(own_values(*own_settings(config), config));
}

optim::ScaleRates rates_of(const TrainConfig& config) {
  const Json name = own_values(*own_settings(config), config).at("scale_rates");
  return name == "off"         ? optim::ScaleRates::kOff
         : name == "published" ? optim::ScaleRates::kPublished
                               : optim::ScaleRates::kRelative;
}

}  // namespace

std::optional<Bits> stored_width(const TrainConfig& config) {
  if (own_settings(config) == nullptr) return std::nullopt;
  return widths_of(config).front();
}

JointTraining::JointTraining(const TrainConfig& config, const ir::Program& program, optim::Optimizer& optimizer)
    : program_(program), bank_(program, optimizer, widths_of(config)), rates_(rates_of(config)) {
  use(0);
}

void JointTraining::use(std::size_t index) {
  bank_.use(index);
  in_use_ = index;
  const Bits bits = width(index);
  for (ir::QuantizedLayer* layer : program_.quantized_layers()) layer->set_bits({bits, bits, bits});
}

void JointTraining::set_scale_rates(double rate) const {
  optim::set_scale_rates(program_.parameters(), rates_, width(0), width(in_use_), rate);
}

std::vector<NamedTensor> all_tensors(const ir::Program& program, optim::Optimizer& optimizer, JointTraining* joint) {
  std::vector<NamedTensor> all = named_tensors(program, optimizer);
  if (joint == nullptr) return all;
  for (const NamedTensor& tensor : joint->resting()) all.push_back(tensor);
  return all;
}

}  // namespace ampa::train
