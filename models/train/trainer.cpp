#include "train/trainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

#include "allocate/allocator.h"
#include "bitops/bitops.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "data/augment.h"
#include "data/dataset.h"
#include "data/shuffle.h"
#include "gemm/cpu_backend.h"
#include "networks/load_network.h"
#include "ops/build_program.h"
#include "nn/loss.h"
#include "optim/schedule.h"
#include "optim/sgd.h"
#include "record/context.h"
#include "train/checkpoint.h"
#include "train/evaluator.h"
#include "train/identity.h"
#include "train/step_jobs.h"
#include "train/tensor_digest.h"
#include "weights/network_state.h"

namespace ampa::train {
namespace {

constexpr const char* kRecordFile = "record.json";
constexpr const char* kCheckpointFile = "checkpoint.bin";

// Ends a run that cannot go on, with what goes into the record.
struct EndOfRun {
  record::Status status;
  std::string reason;
};

double learning_rate(const TrainConfig& config, std::int64_t epoch) {
  switch (config.lr_schedule) {
    case LrSchedule::kCosine:
      return optim::cosine_rate(config.lr, epoch, config.epochs);
    case LrSchedule::kStep:
      return optim::step_rate(config.lr, config.lr_decay, config.lr_milestones, epoch);
    case LrSchedule::kConstant:
      break;
  }
  return config.lr;
}

// Loss and hits of the training images of an epoch.
struct Tally {
  double loss_sum = 0;
  std::int64_t num_correct = 0, num_images = 0;

  void add(const nn::LossResult& result, std::int64_t images) {
    loss_sum += result.loss_sum;
    num_correct += result.num_correct;
    num_images += images;
  }
  double loss() const { return loss_sum / static_cast<double>(num_images); }
  double accuracy_percent() const { return 100.0 * static_cast<double>(num_correct) / static_cast<double>(num_images); }
};

class Run {
 public:
  Run(const TrainConfig& config, const TrainOptions& options);
  record::RunRecord finish();

 private:
  void resume();
  void check_identity(const record::RunRecord& saved, const std::filesystem::path& path) const;
  void check_record_beside(bool has_checkpoint) const;
  void start_over();
  void run_epochs();
  record::EpochResult run_epoch(std::int64_t epoch);
  Tally train_epoch(std::int64_t epoch, double rate);
  void load_batch(const data::LabelledImages& source, const std::int64_t* indices, std::int64_t size, bool augment,
                  std::int64_t epoch);
  void take_measurements(record::EpochResult& result);
  void update_reduction();
  void keep_state();
  void save();
  bool is_quantized() const { return config_.scheme.kind != SchemeKind::kFp32; }

  TrainConfig config_;
  TrainOptions options_;
  data::Dataset dataset_;
  ir::Network network_;
  std::vector<bitops::LayerSize> layer_sizes_;
  ir::Program graph_;
  std::unique_ptr<allocate::Allocator> allocator_;  // null for fp32
  gemm::CpuBackend cpu_backend_;
  Evaluator evaluator_;
  ir::StepContext context_;
  record::RunRecord record_;
  std::int64_t next_step_ = 0, num_steps_run_ = 0;
  ir::Tensor images_, logits_grad_;
  std::vector<std::uint8_t> labels_;
};

Run::Run(const TrainConfig& config, const TrainOptions& options)
    : config_(config),
      options_(options),
      dataset_(data::load_dataset(config.dataset, config.data_dir, config.max_train, config.max_test)),
      network_(networks::load_network(config.network, dataset_.train.shape, dataset_.train.num_classes)),
      layer_sizes_(bitops::layer_sizes(network_)),
      graph_(ops::build_program(network_, is_quantized() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32, config.seed)),
      cpu_backend_(*options.threads),
      evaluator_(network_, is_quantized() ? ir::Arithmetic::kInteger : ir::Arithmetic::kFp32, *options.threads,
                 options.backend) {
  if (dataset_.train.count() < config.batch_size)
    throw InputError(fmt::format("config: batch_size: expected at most the {} training images, found {}",
                                 dataset_.train.count(), config.batch_size));
  if (!config.init.empty())
    weights::load_state(weights::read_tensors(config.init), config.init, graph_);
  context_.threads = options.threads;
  context_.backend = options.backend ? options.backend : &cpu_backend_;
  context_.seed = config.seed;
  context_.observer = options.observer;

  record_.context = record::make_context(options.threads->num_threads());
  record_.config = to_json(config);
  record_.identity = identity_of(config, network_, dataset_);
  record_.status = record::Status::kInterrupted;
  record_.steps_per_epoch = dataset_.train.count() / config.batch_size;
  if (const std::int64_t rest = dataset_.train.count() % config.batch_size; rest > 0 && options.on_notice)
    options.on_notice(fmt::format("batch_size: {} of the {} training images, other ones in every epoch, are not used: the last "
                                  "batch would be incomplete",
                                  rest, dataset_.train.count()));
  if (!is_quantized()) return;
  const std::vector<int> quantized = network_.quantized_layers();
  const auto num_layers = static_cast<int>(quantized.size());
  for (std::size_t i = 0; i < quantized.size(); ++i)
    record_.layers.push_back(
        {network_.layers[static_cast<std::size_t>(quantized[i])].name, layer_sizes_[i].macs, layer_sizes_[i].num_weights});
  record_.jobs = step_jobs(graph_, config.batch_size);
  const allocate::AllocatorConfig allocation = allocator_config(config);
  allocator_ = allocate::make_allocator(allocation, num_layers);
  if (config.scheme.kind != SchemeKind::kAmpa || config.epochs == 0 || !options.on_notice) return;
  for (const std::string& notice : allocate::notices(allocation.ampa, num_layers, config.epochs))
    options.on_notice(notice);
}

void Run::start_over() {
  std::filesystem::remove(options_.out_dir / kRecordFile);
  std::filesystem::remove(options_.out_dir / kCheckpointFile);
}

// Throws unless the run in `saved` can be gone on with as this one.
void Run::check_identity(const record::RunRecord& saved, const std::filesystem::path& path) const {
  if (!saved.identity)
    throw InputError(fmt::format("{}: identity: expected that of the run to go on with, found none: it was written by an "
                                 "older version, which measured accuracy by another rule",
                                 path.string()));
  const std::vector<std::string> obstacles = obstacles_to_resume(*saved.identity, *record_.identity);
  if (!obstacles.empty())
    throw InputError(fmt::format("{}: identity: expected the run that the settings describe, found another one (kept and "
                                 "asked for): {}",
                                 path.string(), fmt::join(obstacles, "; ")));
}

// A record that is beside the checkpoint, or alone, is replaced only by one of the same run.
void Run::check_record_beside(bool has_checkpoint) const {
  const std::filesystem::path path = options_.out_dir / kRecordFile;
  if (!std::filesystem::exists(path)) return;
  std::optional<record::RunRecord> saved;
  try {
    saved = record::read_record(path);
  } catch (const InputError&) {
    if (!has_checkpoint) throw;  // else the checkpoint holds all that a damaged record did
  }
  if (saved) check_identity(*saved, path);
}

void Run::resume() {
  const std::filesystem::path path = options_.out_dir / kCheckpointFile;
  const bool has_checkpoint = std::filesystem::exists(path);
  if (!has_checkpoint) {
    check_record_beside(false);
    return;
  }
  const CheckpointState state = read_checkpoint_state(path);
  const record::RunRecord saved = record::from_json(state.record, path.string());
  check_identity(saved, path);
  check_record_beside(true);
  const auto num_epochs = static_cast<std::int64_t>(saved.epochs.size());
  if (num_epochs > config_.epochs || state.next_step != num_epochs * record_.steps_per_epoch)
    throw InputError(fmt::format("{}: next_step: expected {} steps of each of at most {} epochs, found {} after {}",
                                 path.string(), record_.steps_per_epoch, config_.epochs, state.next_step, num_epochs));
  load_checkpoint_tensors(path, graph_);
  if (allocator_) allocator_->restore(state.allocator, path.string());
  next_step_ = state.next_step;
  record_.epochs = saved.epochs;
  record_.checkpoint_sha256 = sha256_hex(read_file(path));
  record_.tensor_digest = tensor_digest(graph_);
  update_reduction();
}

record::RunRecord Run::finish() {
  if (!options_.out_dir.empty()) {
    remove_stale_temporaries(options_.out_dir);
    options_.resume ? resume() : start_over();
  }
  if (options_.on_start)
    options_.on_start({dataset_.train.count(), dataset_.test.count(), record_.steps_per_epoch,
                       static_cast<std::int64_t>(record_.epochs.size()),
                       static_cast<int>(graph_.quantized_layers().size())});
  try {
    if (config_.epochs == 0) keep_state();
    run_epochs();
    record_.status = record::Status::kCompleted;
  } catch (const EndOfRun& end) {
    record_.status = end.status;
    record_.status_reason = end.reason;
  }
  if (!options_.out_dir.empty()) record::write_record(options_.out_dir / kRecordFile, record_);
  return record_;
}

void Run::run_epochs() {
  for (auto epoch = static_cast<std::int64_t>(record_.epochs.size()); epoch < config_.epochs; ++epoch) {
    try {
      record_.epochs.push_back(run_epoch(epoch));
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
  result.learning_rate = learning_rate(config_, epoch);
  context_.measure = allocator_ && allocator_->measures(epoch);
  if (allocator_) {
    result.bits = allocator_->bits();
    result.bitops_per_image = bitops::training_bitops(layer_sizes_, result.bits);
    for (std::size_t i = 0; i < result.bits.size(); ++i) {
      graph_.quantized_layers()[i]->set_bits(result.bits[i]);
      graph_.quantized_layers()[i]->reset_sensitivity();
    }
  }
  const Tally train = train_epoch(epoch, result.learning_rate);
  const Evaluation tested = evaluator_.evaluate(graph_, result.bits, dataset_, dataset_.test);
  result.train_loss = train.loss();
  result.train_accuracy_percent = train.accuracy_percent();
  result.test_loss = tested.loss();
  result.test_accuracy_percent = tested.accuracy_percent();
  if (allocator_ && allocator_->measures(epoch)) take_measurements(result);
  return result;
}

Tally Run::train_epoch(std::int64_t epoch, double rate) {
  const std::vector<std::int64_t> order = data::epoch_order(dataset_.train.count(), config_.seed, epoch);
  const bool augment = config_.augment == Augmentation::kFlipCrop;
  context_.training = true;
  Tally tally;
  for (std::int64_t step = 0; step < record_.steps_per_epoch; ++step, ++next_step_, ++num_steps_run_) {
    if (options_.stop && *options_.stop) throw EndOfRun{record::Status::kInterrupted, ""};
    if (options_.max_steps > 0 && num_steps_run_ == options_.max_steps)
      throw EndOfRun{record::Status::kInterrupted, ""};
    load_batch(dataset_.train, order.data() + step * config_.batch_size, config_.batch_size, augment, epoch);
    context_.step = next_step_;
    const ir::Tensor& logits = graph_.forward(images_, context_);
    const nn::LossResult loss = nn::softmax_cross_entropy(logits, labels_.data(), &logits_grad_);
    if (!std::isfinite(loss.loss_sum)) throw NonFiniteError("the training loss is not finite");
    graph_.backward(logits_grad_, context_);
    optim::sgd_step(graph_.parameters(), {config_.momentum, config_.weight_decay}, rate);
    tally.add(loss, config_.batch_size);
    if (options_.on_step) options_.on_step(num_steps_run_ + 1);
  }
  return tally;
}

void Run::load_batch(const data::LabelledImages& source, const std::int64_t* indices, std::int64_t size, bool augment,
                     std::int64_t epoch) {
  images_.resize(size, source.shape.height, source.shape.width, source.shape.channels);
  labels_.resize(static_cast<std::size_t>(size));
  data::make_batch(dataset_, source, indices, size, augment, config_.seed, epoch, *context_.threads,
                   images_.values.data(), labels_.data());
}

void Run::take_measurements(record::EpochResult& result) {
  for (const ir::QuantizedLayer* layer : graph_.quantized_layers())
    result.sensitivities.push_back(layer->mean_sensitivity());
  allocator_->update(result.sensitivities);
}

void Run::update_reduction() {
  const std::int64_t int8_bitops = bitops::int8_training_bitops(layer_sizes_);
  if (!allocator_ || record_.epochs.empty() || int8_bitops == 0) return;
  std::vector<std::int64_t> epoch_bitops;
  for (const record::EpochResult& epoch : record_.epochs) epoch_bitops.push_back(*epoch.bitops_per_image);
  record_.bitops_reduction_percent = bitops::reduction_percent(epoch_bitops, int8_bitops);
}

// What the run has come to: the initial tensors of a run of no epochs.
void Run::keep_state() {
  update_reduction();
  record_.tensor_digest = tensor_digest(graph_);
  save();
}

void Run::save() {
  if (options_.out_dir.empty()) return;
  record::RunRecord bare = record_;
  bare.context = Json::object();
  bare.checkpoint_sha256.clear();
  for (record::StepJob& job : bare.jobs) job.conv.reset();  // follows from the configuration; old versions read it too
  const Json allocator = allocator_ ? allocator_->state() : Json();
  const std::string bytes = serialise({next_step_, allocator, record::to_json(bare)}, graph_);
  write_file_atomically(options_.out_dir / kCheckpointFile, bytes);
  record_.checkpoint_sha256 = sha256_hex(bytes);
  if (static_cast<std::int64_t>(record_.epochs.size()) == config_.epochs) return;  // finish() writes it, completed
  record::write_record(options_.out_dir / kRecordFile, record_);
}

}  // namespace

record::RunRecord train(const TrainConfig& config, const TrainOptions& options) {
  return Run(config, options).finish();
}

}  // namespace ampa::train
