#include "training.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <optional>

#include "../common/temporary_folder.h"
#include "allocate/allocator.h"
#include "common/error.h"
#include "gemm/cpu_backend.h"
#include "gemm/reference_backend.h"
#include "objectives/cross_entropy.h"
#include "optim/optimizer.h"
#include "trace/index.h"
#include "trace/recorder.h"
#include "trace/replay.h"

namespace ampa::network_fuzz {
namespace {

constexpr std::int64_t kReplayedStep = 1;

template <typename Values>
std::vector<double> doubles(const Values& values) {
  return {values.data(), values.data() + values.size()};
}

std::vector<double> dense_codes(const gemm::CodeTensor& codes) {
  std::vector<double> dense;
  for (std::int64_t image = 0; image < codes.images; ++image)
    for (std::int64_t y = 0; y < codes.height; ++y)
      for (std::int64_t x = 0; x < codes.width; ++x)
        for (std::int64_t c = 0; c < codes.channels; ++c) dense.push_back(codes.code_at(codes.offset(image, y, x) + c));
  return dense;
}

class Keeper : public quant::Observer {
 public:
  Tensors* tensors = nullptr;
  quant::Observer* next = nullptr;
  void on_quantize(const quant::QuantizeEvent& event) override {
    if (next) next->on_quantize(event);
    if (event.step < 0) return;
    const std::string kind(trace::to_string(event.kind));
    std::string name = fmt::format("{}.{}{}", event.layer, event.is_second ? "data_" : "", kind);
    if (tensors->count(name + ".codes") > 0) name += "2";  // the second operand of a product
    const std::vector<double> codes = dense_codes(*event.codes);
    (*tensors)[name + ".input"] = {event.input, event.input + codes.size()};
    const std::vector<numerics::QuantParams> groups =
        event.groups ? event.groups->params : std::vector<numerics::QuantParams>{event.params};
    std::vector<double>& values = (*tensors)[name + ".values"];
    for (std::size_t i = 0; i < codes.size(); ++i) {  // groups of a step are those of channels
      const numerics::QuantParams& params = groups[i % groups.size()];
      values.push_back((codes[i] - params.zero_point) * double{params.scale});
    }
    (*tensors)[name + ".codes"] = codes;
    std::vector<double>& kept = (*tensors)[name + ".params"];
    for (const numerics::QuantParams& p : groups)
      kept.insert(kept.end(), {double(p.format.bits), p.scale, p.inv_scale, double(p.zero_point), double(p.min_code),
                               double(p.max_code)});
    (*tensors)[name + ".stream"] = {double(event.stream.tensor)};
  }
};

// Keeps the sums, those that are handed out by rows too.
class KeepingBackend : public gemm::Backend {
 public:
  explicit KeepingBackend(gemm::Backend& inner) : inner_(inner) {}
  Tensors* tensors = nullptr;
  std::string_view name() const override { return inner_.name(); }
  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    const auto cycles = inner_.run(job, out);
    if (std::vector<double>* sums = place(job))
      for (std::int64_t row = 0; row < out.rows; ++row)
        for (std::int64_t col = 0; col < out.cols; ++col)
          (*sums)[static_cast<std::size_t>(row * out.cols + col)] = static_cast<double>(out.at(row, col));
    return cycles;
  }
  bool run_by_rows(const gemm::GemmJob& job, const gemm::RowSums& take) override {
    std::vector<double>* const kept = place(job);
    return inner_.run_by_rows(job, [&](std::int64_t first, std::int64_t count, const std::int32_t* sums) {
      // Rows of a batch stand side by side; kept are its GEMMs one after the other.
      for (std::int64_t row = 0; kept && row < count; ++row)
        for (std::int64_t b = 0; b < job.batch(); ++b)
          std::copy_n(sums + (row * job.batch() + b) * job.n(), job.n(),
                      kept->begin() + (b * job.m() + first + row) * job.n());
      take(first, count, sums);
    });
  }

 private:
  std::vector<double>* place(const gemm::GemmJob& job) {
    if (job.step < 0) return nullptr;
    std::vector<double>& sums = (*tensors)[fmt::format("{}.{}.sums", job.layer, gemm::to_string(job.pass))];
    sums.assign(static_cast<std::size_t>(job.batch() * job.m() * job.n()), NAN);
    return &sums;
  }
  gemm::Backend& inner_;
};

ThreadPool& pool(int num_threads) {
  static ThreadPool pools[] = {ThreadPool(1), ThreadPool(2), ThreadPool(3)};
  return pools[num_threads - 1];
}

double uniform(const numerics::RandomStream& stream, std::uint64_t index) {  // in [-1, 1)
  return stream.bits32(index) * 0x1p-31 - 1;
}

// Other scales, shifts and biases than those that training starts with, negative scales among them.
void spread_parameters(const Case& fuzzed, ir::Program& graph) {
  std::uint32_t index = 0;
  for (ir::Parameter* parameter : graph.parameters()) {
    const numerics::RandomStream stream{fuzzed.seed, 1, index++};
    const bool is_weight = parameter->name.find(".weight") != std::string::npos;
    for (Eigen::Index i = 0; i < parameter->value.size() && !is_weight; ++i)
      parameter->value[i] += static_cast<float>(1.5 * uniform(stream, static_cast<std::uint64_t>(i)));
  }
}

class Training {
 public:
  Training(const Case& fuzzed, const Way& way)
      : fuzzed_(fuzzed),
        graph_(ops::build_program(fuzzed.network,
                                  fuzzed.widths == Widths::kFp32 ? ir::Arithmetic::kFp32 : ir::Arithmetic::kInteger,
                                  fuzzed.seed, way.streaming, fuzzed.recipe)),
        optimizer_(optim::make_optimizer(
            "sgd", {{"momentum", SgdSettings::kMomentum}, {"weight_decay", SgdSettings::kWeightDecay}},
            graph_.parameters())),
        cpu_(pool(way.num_threads)),
        backend_(way.cpu_backend ? static_cast<gemm::Backend&>(cpu_) : reference_),
        one_by_one_(!way.cpu_backend && way.streaming == ops::Streaming::kOff) {
    spread_parameters(fuzzed, graph_);
    context_.threads = &pool(way.num_threads);
    context_.backend = &backend_;
    context_.observer = &keeper_;
    context_.seed = fuzzed.seed;
    if (fuzzed.widths == Widths::kFp32) return;
    allocate::AllocatorConfig config;
    config.name = fuzzed.widths == Widths::kAmpa ? "ampa" : "fixed";
    config.fixed_bits = fuzzed.fixed_bits;
    config.ampa = {50, 60, 70, 1, 1, {2, 4, 5, 8}};
    allocator_ = allocate::make_allocator(config, static_cast<int>(graph_.quantized_layers().size()));
  }

  std::vector<Tensors> run() {
    for (std::int64_t step = 0; step < fuzzed_.num_steps; ++step) {
      steps_.emplace_back();
      keeper_.tensors = backend_.tensors = &steps_.back();
      try {
        run_step(step);
        evaluate();
      } catch (const NonFiniteError&) {
        steps_.back()["error"] = {};
        break;
      }
    }
    return std::move(steps_);
  }

  void record(trace::RecordingBackend& backend, quant::Observer& observer) {
    context_.backend = &backend;
    keeper_.next = &observer;
  }
  gemm::Backend& backend() { return backend_; }

 private:
  void run_step(std::int64_t index) {
    Tensors& kept = steps_.back();
    const std::vector<ir::Parameter*> parameters = graph_.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      kept[parameters[i]->name + ".before"] = doubles(parameters[i]->value);
      kept[parameters[i]->name + ".velocity.before"] = doubles(*optimizer_->state(i).front().values);
    }
    context_.training = true;
    context_.step = index;
    context_.measure = allocator_ != nullptr && index > 0;
    for (std::size_t i = 0; i < graph_.quantized_layers().size(); ++i) {
      graph_.quantized_layers()[i]->set_bits(allocator_->bits()[i]);
      graph_.quantized_layers()[i]->reset_sensitivity();
    }
    const ir::Tensor images = images_of(fuzzed_, index);
    const ir::Tensor& logits = graph_.forward(images, context_);
    kept["logits"] = doubles(logits.values);
    ir::Tensor gradient;
    const objectives::LossResult loss =
        objectives::softmax_cross_entropy(logits, labels_of(fuzzed_, index).data(), &gradient);
    kept["loss"] = {loss.loss_sum};
    if (!std::isfinite(loss.loss_sum)) throw NonFiniteError("loss");
    kept["logits.gradient"] = doubles(gradient.values);
    graph_.backward(gradient, context_);
    optimizer_->step(SgdSettings::kRate, index, *context_.threads);
    for (const ir::Parameter* parameter : graph_.parameters()) {
      kept[parameter->name + ".gradient"] = doubles(parameter->gradient);
      kept[parameter->name] = doubles(parameter->value);
      kept[parameter->name + ".rate_factor"] = {parameter->rate_factor};
    }
    for (const ir::Buffer& buffer : graph_.buffers()) kept[buffer.name] = doubles(*buffer.value);
    if (!context_.measure) return;
    std::vector<allocate::LayerSensitivity> means;
    for (const ir::QuantizedLayer* layer : graph_.quantized_layers()) {
      means.push_back(layer->mean_sensitivity());
      kept[layer->name() + ".sensitivity"] = {means.back().w, means.back().a, means.back().g};
    }
    allocator_->update(means);
  }

  // A test between the steps leaves no traces in the next one.
  void evaluate() {
    context_.training = context_.measure = false;
    context_.step = -1;
    const ir::Tensor images = images_of(fuzzed_, 1000);
    steps_.back()["eval.logits"] = doubles(graph_.forward(images, context_).values);
    context_.images_alone = true;
    steps_.back()["eval.alone"] = one_by_one_ ? one_by_one(images) : doubles(graph_.forward(images, context_).values);
    context_.images_alone = false;
  }

  std::vector<double> one_by_one(const ir::Tensor& images) {
    std::vector<double> logits;
    ir::Tensor one;
    for (std::int64_t image = 0; image < images.images; ++image) {
      one.resize(1, images.height, images.width, images.channels);
      ir::image_array(one, 0) = ir::image_array(images, image);
      for (const float logit : graph_.forward(one, context_).values) logits.push_back(logit);
    }
    return logits;
  }

  const Case& fuzzed_;
  ir::Program graph_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  gemm::CpuBackend cpu_;
  gemm::ReferenceBackend reference_;
  KeepingBackend backend_;
  bool one_by_one_;  // the way that the others are compared with evaluates each image in a batch of its own
  Keeper keeper_;
  ir::StepContext context_;
  std::unique_ptr<allocate::Allocator> allocator_;
  std::vector<Tensors> steps_;
};

// Trains and records a step; how many of its jobs and quantizers differ when they run again.
std::vector<Tensors> train_and_replay(Training& training) {
  const TemporaryFolder folder;
  trace::Writer writer(folder.path() / "trace", kReplayedStep, 1);
  trace::RecordingBackend backend(training.backend(), writer);
  trace::RecordingObserver observer(writer);
  training.record(backend, observer);
  std::vector<Tensors> steps = training.run();
  writer.finish();
  gemm::ReferenceBackend reference;
  const trace::ReplayReport report = trace::replay(folder.path() / "trace", reference);
  if (!report.equal) steps.back()["replay: " + report.first_mismatch] = {};
  return steps;
}

bool same_bits(double x, double y) {
  return std::memcmp(&x, &y, sizeof(x)) == 0 || (std::isnan(x) && std::isnan(y));
}

}  // namespace

ir::Tensor images_of(const Case& fuzzed, std::int64_t step) {
  const ir::Shape shape = fuzzed.network.input;
  const numerics::RandomStream stream{fuzzed.seed, static_cast<std::uint32_t>(step), 0x10000};
  ir::Tensor images;
  images.resize(fuzzed.batch_size, shape.height, shape.width, shape.channels);
  for (std::int64_t i = 0; i < images.size(); ++i)
    images.values[i] = static_cast<float>(2 * uniform(stream, static_cast<std::uint64_t>(i)) + 0.25);
  if (const ir::Layer& first = fuzzed.network.layers[0]; first.op == "embedding")
    for (std::int64_t i = 0; i < images.size(); ++i)
      images.values[i] = static_cast<float>(stream.bits32(static_cast<std::uint64_t>(i)) %
                                            static_cast<std::uint64_t>(first.integer("vocabulary")));
  return images;
}

std::vector<std::uint8_t> labels_of(const Case& fuzzed, std::int64_t step) {
  const numerics::RandomStream stream{fuzzed.seed, static_cast<std::uint32_t>(step), 0x10001};
  std::vector<std::uint8_t> labels;
  for (std::int64_t i = 0; i < fuzzed.batch_size; ++i)
    labels.push_back(static_cast<std::uint8_t>(stream.bits32(static_cast<std::uint64_t>(i)) %
                                               static_cast<std::uint64_t>(fuzzed.network.num_classes)));
  return labels;
}

std::vector<Tensors> train(const Case& fuzzed, const Way& way) {
  Training training(fuzzed, way);
  return way.replay ? train_and_replay(training) : training.run();
}

std::string first_difference(const std::vector<Tensors>& expected, const std::vector<Tensors>& found) {
  if (expected.size() != found.size()) return fmt::format("{} steps instead of {}", found.size(), expected.size());
  for (std::size_t step = 0; step < found.size(); ++step) {
    for (const auto& [name, values] : found[step])
      if (expected[step].count(name) == 0) return fmt::format("step {}: {} is there", step, name);
    for (const auto& [name, values] : expected[step]) {
      const auto other = found[step].find(name);
      if (other == found[step].end()) return fmt::format("step {}: {} is missing", step, name);
      if (other->second.size() != values.size()) return fmt::format("step {}: {} has another size", step, name);
      for (std::size_t i = 0; i < values.size(); ++i)
        if (!same_bits(values[i], other->second[i]))
          return fmt::format("step {}: {}[{}]: {} instead of {}", step, name, i, other->second[i], values[i]);
    }
  }
  return "";
}

}  // namespace ampa::network_fuzz
