#include "train/joint_training.h"

#include "allocate/joint_widths.h"
#include "train/train_settings.h"
#include "train/weight_traces.h"
#include "train/width_place.h"

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

JointTraining::JointTraining(const TrainConfig& config, const ir::Network& network, const ir::Program& program,
                             optim::Optimizer& optimizer)
    : network_(network),
      program_(program),
      batch_size_(config.batch_size),
      seed_(config.seed),
      stage_(config, widths_of(config), program.quantized_layers().size()),
      bank_(network, program, optimizer, widths_of(config), stage_.mixes()),
      rates_(rates_of(config)) {
  for (const ir::Parameter* parameter : program.parameters())
    layer_of_.push_back(parameter->is_scale ? width_place(network, parameter->name).layer : 0);
  use(0);
}

void JointTraining::use(const std::vector<std::size_t>& choice) {
  bank_.use(choice);
  in_use_ = choice;
  const std::vector<allocate::LayerBits> bits = layer_bits(widths(), choice);
  for (ir::QuantizedLayer* layer : program_.quantized_layers()) layer->set_bits(bits.at(layer->index()));
}

void JointTraining::use(std::size_t index) {
  use(std::vector<std::size_t>(program_.quantized_layers().size(), index));
}

void JointTraining::set_scale_rates(double rate) const {
  std::vector<Bits> bits;
  for (const std::size_t layer : layer_of_) bits.push_back(widths()[in_use_.at(layer)]);
  optim::set_scale_rates(program_.parameters(), rates_, widths().front(), bits, rate);
}

void JointTraining::start_epoch(std::int64_t epoch, const objectives::Objective& objective,
                                const data::Source& training, ThreadPool& threads) {
  use(0);
  if (stage_.begins(epoch)) bank_.start_transitions();
  std::vector<double> traces;
  if (stage_.needs_traces(epoch))
    traces = weight_traces(network_, program_, objective, training, {batch_size_, stage_.num_probes(), seed_, epoch},
                           threads);
  stage_.start_epoch(epoch, traces);
}

objectives::Score JointTraining::train(std::int64_t step, const std::function<objectives::Score()>& run) {
  scores_.resize(widths().size());
  objectives::Score first;
  for (std::size_t i = 0; i < widths().size(); ++i) {
    use(stage_.choice(step, i));
    const objectives::Score score = run();
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
  for (std::size_t i = 0; i < widths().size(); ++i) {
    const Bits bits = widths()[i];
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

std::vector<allocate::LayerBits> layer_bits(const std::vector<Bits>& widths, const std::vector<std::size_t>& choice) {
  std::vector<allocate::LayerBits> bits;
  for (const std::size_t index : choice) bits.push_back({widths.at(index), widths.at(index), widths.at(index)});
  return bits;
}

std::vector<NamedTensor> all_tensors(const ir::Program& program, optim::Optimizer& optimizer, JointTraining* joint) {
  std::vector<NamedTensor> all = named_tensors(program, optimizer);
  if (joint == nullptr) return all;
  for (const NamedTensor& tensor : joint->resting()) all.push_back(tensor);
  return all;
}

}  // namespace ampa::train
