#include "train/trainer.h"

#include <fmt/format.h>

#include <cmath>

#include "allocate/allocator.h"
#include "bitops/bitops.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "common/run_ahead.h"
#include "data/shuffle.h"
#include "data/source.h"
#include "data/validation.h"
#include "gemm/cpu_backend.h"
#include "ir/layer_groups.h"
#include "objectives/objective.h"
#include "ops/build_program.h"
#include "optim/fixed_point_store.h"
#include "optim/gradient_clipping.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "record/context.h"
#include "train/batch.h"
#include "train/evaluator.h"
#include "train/identity.h"
#include "train/joint_training.h"
#include "train/measured_epoch.h"
#include "train/recipe_settings.h"
#include "train/run_folder.h"
#include "train/run_settings.h"
#include "train/step_jobs.h"
#include "train/tensor_digest.h"
#include "train/train_settings.h"
#include "train/two_level.h"
#include "weights/network_state.h"

namespace ampa::train {
namespace {

// Ends a run that cannot go on, with what goes into the record.
struct EndOfRun {
  record::Status status;
  std::string reason;
};

class Run {
 public:
  Run(const TrainConfig& config, const TrainOptions& options);
  record::RunRecord finish();

 private:
  void start_record();
  void start_allocation();
  void resume();
  void run_epochs();
  record::EpochResult run_epoch(std::int64_t epoch);
  objectives::Score train_epoch(std::int64_t epoch);
  objectives::Score train_step(const Batch& batch);
  double rate_of(std::int64_t step) const;
  void take_measurements(record::EpochResult& result);
  void update_reduction();
  std::int64_t batch_size_of(std::int64_t step) const;
  void keep_state();
  void save();
  bool is_quantized() const { return config_.scheme.quantizes(); }
  JointTraining* joint() { return joint_ ? &*joint_ : nullptr; }
  const data::Source& training() const { return split_ ? *split_ : *source_; }
  void test(record::EpochResult& result);

  TrainConfig config_;
  TrainOptions options_;
  RunFolder folder_;
  Seeds seeds_;
  std::unique_ptr<data::Source> source_;
  std::unique_ptr<data::ValidationSplit> split_;  // null: all training samples are trained on
  std::unique_ptr<objectives::Objective> objective_;
  ir::Network network_;
  ir::Program graph_;
  std::vector<bitops::CountedGemm> counted_gemms_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::optional<JointTraining> joint_;  // of schemes that train several widths
  std::unique_ptr<optim::Schedule> schedule_;
  double clip_norm_;                                // 0: none
  std::unique_ptr<allocate::Allocator> allocator_;  // null for fp32
  std::unique_ptr<MeasuredEpoch> measured_;         // null where nothing adapts
  gemm::CpuBackend cpu_backend_;
  Evaluator evaluator_;
  ir::StepContext context_;
  record::RunRecord record_;
  std::optional<record::Answers> answers_;  // of the epoch that was tested last
  std::int64_t next_step_ = 0, num_steps_run_ = 0;
  ir::Tensor output_grad_;
};

Run::Run(const TrainConfig& config, const TrainOptions& options)
    : config_(config),
      options_(options),
      folder_(options.out_dir),
      seeds_(seeds_of(config)),
      source_(data::load_source(config.dataset, config.data_dir, config.max_train, config.max_test, config.options)),
      split_(data::split_for_validation(*source_, config.options)),
      objective_(objectives::make_objective(config.objective, config.options)),
      network_(network_of(config, source_->shape())),
      graph_(ops::build_program(network_, is_quantized() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32,
                                seeds_.init, ops::Streaming::kOn, recipe_of(config))),
      counted_gemms_(bitops::counted_gemms(graph_)),
      optimizer_(optim::make_optimizer(config.optimizer, config.options, graph_.parameters())),
      schedule_(optim::make_schedule(config.lr_schedule, config.lr, config.options)),
      clip_norm_(own_values(optim::clipping_settings(), config).at("clip_norm").get<double>()),
      cpu_backend_(*options.threads),
      evaluator_(network_, is_quantized() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32, *objective_,
                 *options.threads, options.backend, recipe_of(config)) {
  if (training().count(data::Part::kTrain) < config.batch_size)
    throw InputError(fmt::format("config: batch_size: expected at most the {} training {}, found {}",
                                 training().count(data::Part::kTrain), source_->shape().samples(), config.batch_size));
  objective_->check(source_->shape(), network_.layers.back().out);
  if (!config.init.empty()) weights::load_state(weights::read_tensors(config.init), config.init, graph_);
  context_.threads = options.threads;
  context_.backend = options.backend ? options.backend : &cpu_backend_;
  context_.seed = seeds_.rounding;
  context_.norm_momentum = norm_momentum(config);
  context_.observer = options.observer;

  if (stored_width(config)) joint_.emplace(config, network_, graph_, *optimizer_);

  start_record();
  if (is_quantized()) start_allocation();
}

void Run::start_record() {
  record_.context = record::make_context(options_.threads->num_threads());
  record_.config = to_json(config_);
  record_.identity = identity_of(config_, network_, *source_);
  record_.metric = objective_->metric();
  record_.status = record::Status::kInterrupted;
  record_.steps_per_epoch = training().count(data::Part::kTrain) / config_.batch_size;
  const std::int64_t rest = training().count(data::Part::kTrain) % config_.batch_size;
  if (rest > 0 && keeps_last_batch(config_)) {
    ++record_.steps_per_epoch;
    record_.last_batch_images = rest;
  } else if (rest > 0 && options_.on_notice)
    options_.on_notice(
        fmt::format("batch_size: {} of the {} training {}, other ones in every epoch, are not used: the last "
                    "batch would be incomplete",
                    rest, training().count(data::Part::kTrain), source_->shape().samples()));
}

// The widths, and what the record says of the layers that have them.
void Run::start_allocation() {
  describe_layers(network_, graph_, config_.batch_size, record_);
  const auto num_layers = static_cast<int>(record_.layers.size());
  allocate::AllocatorConfig allocation = allocator_config(config_, network_.quantized_names());
  if (config_.scheme.allocator_info()->adapts) {
    if (allocation.ampa.granularity != "layer")
      record_.groups = allocation.groups = ir::layer_groups(network_, allocation.ampa.granularity);
    measured_ = std::make_unique<MeasuredEpoch>(config_, network_, *objective_, training(), *options_.threads);
    context_.measures = measured_->measures();
    if (measured_->takes_first_order()) context_.first_order = &cpu_backend_;
  }
  allocator_ = allocate::make_allocator(allocation, num_layers);
  const auto notices = config_.scheme.allocator_info()->notices;
  if (notices == nullptr || config_.epochs == 0 || !options_.on_notice) return;
  for (const std::string& notice : notices(allocation, num_layers, config_.epochs)) options_.on_notice(notice);
}

void Run::resume() {
  const std::optional<RunFolder::Kept> kept = folder_.read(*record_.identity);
  if (!kept) return;
  const std::filesystem::path path = folder_.checkpoint_path();
  const auto num_epochs = static_cast<std::int64_t>(kept->record.epochs.size());
  if (num_epochs > config_.epochs || kept->state.next_step != num_epochs * record_.steps_per_epoch)
    throw InputError(fmt::format("{}: next_step: expected {} steps of each of at most {} epochs, found {} after {}",
                                 path.string(), record_.steps_per_epoch, config_.epochs, kept->state.next_step,
                                 num_epochs));
  load_checkpoint_tensors(path, all_tensors(graph_, *optimizer_, joint()));
  if (allocator_) allocator_->restore(kept->state.allocator, path.string());
  next_step_ = kept->state.next_step;
  record_.epochs = kept->record.epochs;
  record_.answers = kept->record.answers;
  record_.checkpoint_sha256 = sha256_hex(read_file(path));
  record_.tensor_digest = tensor_digest(all_tensors(graph_, *optimizer_, joint()));
  update_reduction();
}

record::RunRecord Run::finish() {
  if (!folder_.is_none()) {
    folder_.tidy();
    options_.resume ? resume() : folder_.start_over();
  }
  if (options_.on_start)
    options_.on_start({training().count(data::Part::kTrain), source_->count(data::Part::kTest),
                       split_ ? split_->count(data::Part::kTest) : 0, source_->shape().samples(),
                       record_.steps_per_epoch, static_cast<std::int64_t>(record_.epochs.size()),
                       static_cast<int>(graph_.quantized_layers().size())});
  try {
    if (config_.epochs == 0) keep_state();
    run_epochs();
    record_.status = record::Status::kCompleted;
  } catch (const EndOfRun& end) {
    record_.status = end.status;
    record_.status_reason = end.reason;
  }
  if (!folder_.is_none()) record::write_record(folder_.record_path(), record_);
  return record_;
}

void Run::run_epochs() {
  for (auto epoch = static_cast<std::int64_t>(record_.epochs.size()); epoch < config_.epochs; ++epoch) {
    if (const auto reason = reason_to_pause(options_.pause, config_, allocator_.get(), counted_gemms_, record_.epochs))
      throw EndOfRun{record::Status::kPaused, *reason};
    try {
      record_.epochs.push_back(run_epoch(epoch));
      record_.answers = answers_;
    } catch (const NonFiniteError& error) {
      throw EndOfRun{record::Status::kDiverged, fmt::format("epoch {}, step {}: {}", epoch, next_step_, error.what())};
    }
    keep_state();
    if (options_.on_epoch) options_.on_epoch(record_.epochs.back());
  }
}

record::EpochResult Run::run_epoch(std::int64_t epoch) {
  record::EpochResult result;
  result.epoch = epoch;
  result.learning_rate = rate_of(next_step_);
  if (allocator_) allocator_->start_epoch(epoch);
  context_.measure = allocator_ && allocator_->measures(epoch);
  if (allocator_) {
    result.bits = record::widths_of_sites(allocator_->bits(), record_.layers);
    result.bitops_per_image = bitops::training_bitops(counted_gemms_, result.bits);
    for (std::size_t i = 0; i < result.bits.size(); ++i) {
      graph_.quantized_layers()[i]->set_bits(result.bits[i]);
      graph_.quantized_layers()[i]->reset_sensitivity();
    }
  }
  if (joint_) joint_->start_epoch(epoch, *objective_, training(), *options_.threads);
  const objectives::Score trained = train_epoch(epoch);
  result.train_loss = trained.loss();
  result.train_metric = objective_->value(trained);
  test(result);
  if (joint_)
    result.widths = joint_->evaluate(result, *objective_, [&](const auto& bits) {
      return evaluator_.evaluate(graph_, bits, *source_, data::Part::kTest);
    });
  if (allocator_ && allocator_->measures(epoch)) take_measurements(result);
  return result;
}

void Run::test(record::EpochResult& result) {
  const Evaluation tested = evaluator_.evaluate(graph_, result.bits, *source_, data::Part::kTest);
  result.test_loss = tested.loss();
  result.test_metric = tested.metric;
  if (!split_) return;
  const Evaluation validated =
      evaluator_.evaluate(graph_, result.bits, *split_, data::Part::kTest, Evaluator::kImagesPerPart, "validation");
  result.validation_loss = validated.loss();
  result.validation_metric = validated.metric;
  if (!tested.right.empty()) answers_ = record::Answers{validated.right, tested.right};
}

double Run::rate_of(std::int64_t step) const {
  return schedule_->rate({step, record_.steps_per_epoch, config_.epochs});
}

objectives::Score Run::train_epoch(std::int64_t epoch) {
  const std::vector<std::int64_t> order = data::epoch_order(training().count(data::Part::kTrain), seeds_.data, epoch);
  const data::Variation variation{config_.augment == Augmentation::kFlipCrop, seeds_.data, epoch};
  RunAhead<Batch> batches(record_.steps_per_epoch, [&](std::int64_t index, Batch& batch) {
    read_batch(training(), data::Part::kTrain, order.data() + index * config_.batch_size, batch_size_of(index),
               variation, batch);
  });
  context_.training = true;
  objectives::Score sum;
  for (std::int64_t step = 0; step < record_.steps_per_epoch; ++step, ++next_step_, ++num_steps_run_) {
    if (options_.stop && *options_.stop) throw EndOfRun{record::Status::kInterrupted, ""};
    if (options_.max_steps > 0 && num_steps_run_ == options_.max_steps)
      throw EndOfRun{record::Status::kInterrupted, ""};
    const Batch& batch = batches.next();
    context_.step = next_step_;
    sum += joint_ ? joint_->train(next_step_, [&] { return train_step(batch); }) : train_step(batch);
    if (options_.on_step) options_.on_step(num_steps_run_ + 1);
  }
  return sum;
}

// Of a step of an epoch.
std::int64_t Run::batch_size_of(std::int64_t step) const {
  const bool is_last = step + 1 == record_.steps_per_epoch;
  return is_last && record_.last_batch_images > 0 ? record_.last_batch_images : config_.batch_size;
}

objectives::Score Run::train_step(const Batch& batch) {
  const ir::Tensor& output = graph_.forward(batch.input, context_);
  const objectives::Score score = objective_->score(output, batch.target_list(), &output_grad_, *context_.threads);
  if (!std::isfinite(score.loss_sum)) throw NonFiniteError("the training loss is not finite");
  graph_.backward(output_grad_, context_);
  const double rate = rate_of(next_step_);
  if (joint_) joint_->set_scale_rates(rate);
  if (clip_norm_ > 0) optim::clip_gradients(graph_.parameters(), clip_norm_);
  optimizer_->step(rate, next_step_, *context_.threads);
  optim::store_in_fixed_point(graph_.parameters());
  return score;
}

void Run::take_measurements(record::EpochResult& result) {
  result.sensitivities = measured_->sensitivities(graph_, result.epoch);
  result.first_order = measured_->first_order(graph_);
  allocator_->update(result.sensitivities);
}

void Run::update_reduction() {
  const std::int64_t int8_bitops = bitops::int8_training_bitops(counted_gemms_);
  if (!allocator_ || record_.epochs.empty() || int8_bitops == 0) return;
  std::vector<std::int64_t> epoch_bitops;
  for (const record::EpochResult& epoch : record_.epochs) epoch_bitops.push_back(*epoch.bitops_per_image);
  record_.bitops_reduction_percent = bitops::reduction_percent(epoch_bitops, int8_bitops);
}

// What the run has come to: the initial tensors of a run of no epochs.
void Run::keep_state() {
  update_reduction();
  record_.tensor_digest = tensor_digest(all_tensors(graph_, *optimizer_, joint()));
  save();
}

void Run::save() {
  if (folder_.is_none()) return;
  record::RunRecord bare = record_;
  bare.context = Json::object();
  bare.checkpoint_sha256.clear();
  for (record::StepJob& job : bare.jobs) job.shape.reset();  // follows from the configuration; old versions read it too
  const Json allocator = allocator_ ? allocator_->state() : Json();
  const std::string bytes =
      serialise({next_step_, allocator, record::to_json(bare)}, all_tensors(graph_, *optimizer_, joint()));
  write_file_atomically(folder_.checkpoint_path(), bytes);
  record_.checkpoint_sha256 = sha256_hex(bytes);
  if (static_cast<std::int64_t>(record_.epochs.size()) == config_.epochs) return;  // finish() writes it, completed
  record::write_record(folder_.record_path(), record_);
}

}  // namespace

record::RunRecord train(const TrainConfig& config, const TrainOptions& options) {
  return Run(config, options).finish();
}

}  // namespace ampa::train
