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

objectives::Score JointTraining::train(const std::function<objectives::Score()>& step) {
  scores_.resize(num_widths());
  objectives::Score first;
  for (std::size_t i = 0; i < num_widths(); ++i) {
    use(i);
    const objectives::Score score = step();
    scores_[i] += score;
    if (i == 0) first = score;
  }
  use(0);
  return first;
}

std::vector<record::WidthResult> JointTraining::evaluate(
    const record::EpochResult& epoch, const objectives::Objective& objective,
    const std::function<Evaluation(const std::vector<allocate::LayerBits>&)>& evaluate) {
  std::vector<record::WidthResult> results;
  for (std::size_t i = 0; i < num_widths(); ++i) {
    const Bits bits = width(i);
    results.push_back({bits, scores_[i].loss(), objective.value(scores_[i]), epoch.test_loss, epoch.test_metric});
    if (i == 0) continue;
    use(i);
    const Evaluation tested = evaluate(std::vector<allocate::LayerBits>(epoch.bits.size(), {bits, bits, bits}));
    results.back().test_loss = tested.loss();
    results.back().test_metric = tested.metric;
  }
  use(0);
  scores_.clear();
  return results;
}

std::vector<NamedTensor> all_tensors(const ir::Program& program, optim::Optimizer& optimizer, JointTraining* joint) {
  std::vector<NamedTensor> all = named_tensors(program, optimizer);
  if (joint == nullptr) return all;
  for (const NamedTensor& tensor : joint->resting()) all.push_back(tensor);
  return all;
}

}  // namespace ampa::train
