// AMPA's decision from numbers that hardware produced: while a run trains, the tensors and sums of its measured steps
// also pass the verilated units. Ranges, random bits, codes, FP32 results and sums then come from there, and so does
// the next allocation.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "allocate/allocator.h"
#include "allocate/sensitivity.h"
#include "gemm/cpu_backend.h"
#include "gemm/zero_point.h"
#include "quant/dequantize.h"
#include "rtl/units/twins.h"
#include "rtl/units/units.h"
#include "train/trainer.h"

namespace ampa::rtl {
namespace {

// What the units say about one tensor.
struct Measured {
  numerics::QuantParams params;
  SensitivityOut sums;
  std::int64_t count = 0;
};

// The datapath beside the array.
class Datapath {
 public:
  // Range, codes and sums of a tensor; checks every code against the one that the run uses.
  Measured quantize(const quant::QuantizeEvent& event) {
    const gemm::CodeTensor& codes = *event.codes;
    Measured result;
    result.count = codes.num_codes();
    result.params = measure(event);
    std::vector<QuantizeIn> elements;
    const std::vector<RandomStreamOut> random = random_bits(event);
    for (std::int64_t i = 0; i < result.count; ++i)
      elements.push_back(quantize_in(event.input[i], result.params, event.is_stochastic(),
                                     event.is_stochastic() ? random[static_cast<std::size_t>(i)].random : 0u,
                                     i + 1 == result.count));
    const std::vector<QuantizeOut> quantized = quantize_->run(elements, elements.size());
    compare_codes(quantized, codes);
    std::vector<SensitivityIn> levels;
    for (const QuantizeOut& out : quantized) levels.push_back({out.q16, out.level, out.last});
    result.sums = sensitivity_->run(levels, 1).front();
    num_elements_ += result.count;
    return result;
  }

  // The FP32 results of a job; checks every bit against the trainer's.
  void dequantize(const gemm::GemmJob& job, const gemm::Accumulators& sums, float scale) {
    const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
    std::vector<DequantizeIn> inputs;
    for_each_sum(sums, correction, [&](std::int64_t sum, std::int64_t row, std::int64_t col) {
      inputs.push_back({sum, row, col, bits_of(scale), 0});
    });
    std::vector<float> expected(inputs.size());
    ThreadPool threads(1);
    quant::dequantize(sums, correction, scale, false, threads, expected.data());
    const std::vector<Fp32Out> found = dequantize_->run(inputs, inputs.size());
    std::size_t num_different = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i].value != bits_of(expected[i])) ++num_different;
    REQUIRE(num_different == 0);
    num_elements_ += static_cast<std::int64_t>(inputs.size());
  }

  // The sum of the absolute corrected sums of a job.
  std::int64_t abs_sum(const gemm::GemmJob& job, const gemm::Accumulators& sums) {
    const gemm::ZeroPointCorrection correction = gemm::zero_point_correction(job);
    std::vector<AbsSumIn> inputs;
    for_each_sum(sums, correction, [&](std::int64_t sum, std::int64_t row, std::int64_t col) {
      inputs.push_back({sum, row, col, false});
    });
    inputs.back().last = true;
    num_elements_ += static_cast<std::int64_t>(inputs.size());
    return static_cast<std::int64_t>(abs_sum_->run(inputs, 1).front().abs_sum);
  }

  std::int64_t num_elements() const { return num_elements_; }

 private:
  template <class OnSum>
  static void for_each_sum(const gemm::Accumulators& sums, const gemm::ZeroPointCorrection& correction,
                           const OnSum& on_sum) {
    for (std::int64_t row = 0; row < sums.rows; ++row)
      for (std::int64_t col = 0; col < sums.cols; ++col)
        on_sum(sums.at(row, col), correction.row.empty() ? 0 : correction.row[static_cast<std::size_t>(row)],
               correction.col.empty() ? 0 : correction.col[static_cast<std::size_t>(col)]);
  }

  // The scale and its inverse are two divisions per tensor, which the host does.
  numerics::QuantParams measure(const quant::QuantizeEvent& event) {
    std::vector<Fp32In> elements;
    for (std::int64_t i = 0; i < event.codes->num_codes(); ++i) elements.push_back({bits_of(event.input[i]), false});
    elements.back().last = true;
    const Bits bits = event.params.format.bits;
    if (event.kind == OperandKind::kActivation) {
      const MinmaxOut range = minmax_->run(elements, 1).front();
      REQUIRE(range.finite);
      return numerics::asymmetric_params(float_of(range.min), float_of(range.max), bits);
    }
    const AbsmaxOut range = absmax_->run(elements, 1).front();
    REQUIRE(range.finite);
    return numerics::symmetric_params(float_of(range.absmax), bits);
  }

  std::vector<RandomStreamOut> random_bits(const quant::QuantizeEvent& event) {
    if (!event.is_stochastic()) return {};
    const auto count = static_cast<std::uint64_t>(event.codes->num_codes());
    return random_stream_->run({{event.stream.seed, event.stream.step, event.stream.tensor, 0, count}}, count);
  }

  static void compare_codes(const std::vector<QuantizeOut>& found, const gemm::CodeTensor& expected) {
    std::size_t i = 0, num_different = 0;
    for (std::int64_t image = 0; image < expected.images; ++image)
      for (std::int64_t y = 0; y < expected.height; ++y)
        for (std::int64_t x = 0; x < expected.width; ++x)
          for (std::int64_t channel = 0; channel < expected.channels; ++channel, ++i)
            if (found[i].code != expected.bytes[static_cast<std::size_t>(expected.offset(image, y, x) + channel)])
              ++num_different;
    REQUIRE(num_different == 0);
  }

  UnitPtr<Fp32In, AbsmaxOut> absmax_ = make_absmax();
  UnitPtr<Fp32In, MinmaxOut> minmax_ = make_minmax();
  UnitPtr<QuantizeIn, QuantizeOut> quantize_ = make_quantize();
  UnitPtr<RandomStreamIn, RandomStreamOut> random_stream_ = make_random_stream();
  UnitPtr<SensitivityIn, SensitivityOut> sensitivity_ = make_sensitivity();
  UnitPtr<AbsSumIn, AbsSumOut> abs_sum_ = make_abs_sum();
  UnitPtr<DequantizeIn, Fp32Out> dequantize_ = make_dequantize();
  std::int64_t num_elements_ = 0;
};

// Watches the quantizers and the jobs of the measured epochs, all but the first, and forms the sensitivities of their
// layers.
class HardwareMeasurement : public quant::Observer, public gemm::Backend {
 public:
  HardwareMeasurement(gemm::Backend& inner, std::int64_t steps_per_epoch)
      : inner_(&inner), steps_per_epoch_(steps_per_epoch) {}

  std::string_view name() const override { return "measured"; }

  void on_quantize(const quant::QuantizeEvent& event) override {
    if (is_measured(event.step)) layer(event.step, event.layer).tensors[event.kind] = datapath_.quantize(event);
  }

  std::optional<gemm::JobCycles> run(const gemm::GemmJob& job, gemm::Accumulators& out) override {
    const auto cycles = inner_->run(job, out);
    if (is_measured(job.step)) add_job(layer(job.step, job.layer), job, out);
    return cycles;
  }

  // The mean over the steps of a measured epoch.
  allocate::LayerSensitivity sensitivity(std::int64_t epoch, const std::string& name) const {
    return layers_.at({epoch, name}).sensitivity.mean();
  }
  std::int64_t num_elements() const { return datapath_.num_elements(); }

 private:
  struct Layer {
    std::map<OperandKind, Measured> tensors;
    allocate::StepMeans means;
    allocate::MeanSensitivity sensitivity;
  };

  bool is_measured(std::int64_t step) const { return step >= steps_per_epoch_; }
  Layer& layer(std::int64_t step, const std::string& name) { return layers_[{step / steps_per_epoch_, name}]; }

  void add_job(Layer& measured, const gemm::GemmJob& job, const gemm::Accumulators& sums) {
    const Measured& weight = measured.tensors[OperandKind::kWeight];
    const Measured& input = measured.tensors[OperandKind::kActivation];
    const Measured& gradient = measured.tensors[OperandKind::kGradient];
    const float scale = (job.pass == gemm::Pass::kForward ? input : gradient).params.scale *
                        (job.pass == gemm::Pass::kWeightGradient ? input : weight).params.scale;
    datapath_.dequantize(job, sums, scale);
    if (job.pass == gemm::Pass::kForward) return;
    const double mean = allocate::mean_magnitude(datapath_.abs_sum(job, sums), scale, sums.rows * sums.cols);
    allocate::StepMeans& means = measured.means;
    if (job.pass == gemm::Pass::kDataGradient) {
      means.input_grad = mean;
      return;
    }
    // The weight gradient is the last job of a layer's step.
    means.weight_grad = mean;
    means.weight_error = mean_error(weight);
    means.input_error = mean_error(input);
    means.gradient_error = mean_error(gradient);
    means.input =
        allocate::mean_magnitude(static_cast<std::int64_t>(input.sums.abs_levels), input.params.scale, input.count);
    measured.sensitivity.add(allocate::step_sensitivity(means));
  }

  static double mean_error(const Measured& tensor) {
    return allocate::mean_error(static_cast<std::int64_t>(tensor.sums.error_q16), tensor.params.scale, tensor.count);
  }

  gemm::Backend* inner_;
  std::int64_t steps_per_epoch_;
  Datapath datapath_;
  std::map<std::pair<std::int64_t, std::string>, Layer> layers_;
};

train::TrainConfig small_run() {
  train::TrainConfig config;
  config.network = "tinyresnet";
  config.dataset = "synthetic";
  config.ampa.alpha = 30;
  config.ampa.beta = 50;
  config.ampa.gamma = 60;
  config.ampa.itv.reset();
  config.ampa.itv_epochs = 1;
  config.epochs = 4;
  config.batch_size = 8;
  config.max_train = 24;
  config.max_test = 8;
  return config;
}

// Trains and lets an allocator follow that is fed by the units alone: after every measured epoch it must have the same
// sensitivities and decide as the run's own did.
void check_decisions(const train::TrainConfig& config) {
  ThreadPool threads(2);
  gemm::CpuBackend cpu(threads);
  HardwareMeasurement hardware(cpu, config.max_train / config.batch_size);
  train::TrainOptions options;
  options.threads = &threads;
  options.backend = &hardware;
  options.observer = &hardware;
  const record::RunRecord record = train::train(config, options);
  REQUIRE(record.status == record::Status::kCompleted);

  const auto allocator =
      allocate::make_allocator({"ampa", 8, train::ampa_settings(config)}, static_cast<int>(record.layers.size()));
  for (const record::EpochResult& epoch : record.epochs) {
    INFO("epoch " << epoch.epoch);
    CHECK(allocator->bits() == epoch.bits);
    REQUIRE(allocator->measures(epoch.epoch) == (epoch.epoch > 0));
    if (epoch.epoch == 0) continue;
    REQUIRE(epoch.sensitivities.size() == record.layers.size());
    std::vector<allocate::LayerSensitivity> measured;
    for (std::size_t i = 0; i < record.layers.size(); ++i) {
      INFO(record.layers[i].name);
      measured.push_back(hardware.sensitivity(epoch.epoch, record.layers[i].name));
      CHECK(measured[i].w == epoch.sensitivities[i].w);  // every bit of the double
      CHECK(measured[i].a == epoch.sensitivities[i].a);
      CHECK(measured[i].g == epoch.sensitivities[i].g);
      CHECK((measured[i].w > 0 && measured[i].g > 0));
    }
    allocator->update(measured);
  }
  CHECK_FALSE(record.epochs.back().bits == record.epochs.front().bits);
  std::cout << record.layers.size() << " layers, " << (config.epochs - 1) * record.steps_per_epoch
            << " measured steps, " << hardware.num_elements() << " elements and sums through the units\n";
}

}  // namespace

TEST_CASE("an allocator fed by the units decides as the trainer's does") {
  check_decisions(small_run());
}

// Not part of the suite: ampa_rtl_units_test "[large]".
TEST_CASE("an allocator fed by the units decides as the trainer's does, on ResNet-20", "[.large]") {
  train::TrainConfig config = small_run();
  config.network = "resnet20";
  config.ampa.alpha = 10;
  config.ampa.beta = 20;
  config.ampa.gamma = 30;
  config.max_train = 32;
  check_decisions(config);
}

}  // namespace ampa::rtl
