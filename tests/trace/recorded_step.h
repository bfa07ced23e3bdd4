// A small step that is recorded: one convolution with its three jobs and its quantizers, and a job that is split along
// K.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "gemm/reference_backend.h"
#include "numerics/random_stream.h"
#include "trace/recorder.h"

namespace ampa::trace {

class RecordedStep {
 public:
  static constexpr std::int64_t kNumJobs = 4, kNumQuantizers = 3;

  explicit RecordedStep(std::int64_t step = 0) : step_(step) {
    input_ = floats(1, 2 * 5 * 5 * 3);
    weights_ = floats(2, 4 * 3 * 3 * 3);
    gradient_ = floats(3, 2 * 5 * 5 * 4);
    gemm::resize_on_grid(input_codes_, {6, false}, 0, 2, 5, 5, 3, 7, 7, 1, 1, 1);
    quantize(input_, numerics::asymmetric_params(-1, 1, 6), input_codes_, input_params_);
    gemm::resize(weight_codes_, {4, true}, 0, 4, 3, 3, 3);
    quantize(weights_, numerics::symmetric_params(1, 4), weight_codes_, weight_params_);
    gemm::resize_on_grid(gradient_codes_, {8, true}, 0, 2, 5, 5, 4, 7, 7, 1, 1, 1);
    stream_ = {11, static_cast<std::uint32_t>(step), 5};
    gradient_params_ = numerics::symmetric_params(1, 8);
    for_each_code(gradient_codes_, [&](std::size_t element, std::uint8_t& byte) {
      byte = static_cast<std::uint8_t>(
          numerics::quantize_stochastic(gradient_[element], gradient_params_, stream_.bits16(element)));
    });
  }

  // Runs the jobs on `backend` and shows the quantizers to `observer`, as a training step does.
  void run(gemm::Backend& backend, quant::Observer& observer) const {
    observer.on_quantize({"conv",
                          OperandKind::kActivation,
                          step_,
                          input_.data(),
                          &input_codes_,
                          input_params_,
                          numerics::Rounding::kNearestEven,
                          {}});
    observer.on_quantize({"conv",
                          OperandKind::kWeight,
                          step_,
                          weights_.data(),
                          &weight_codes_,
                          weight_params_,
                          numerics::Rounding::kNearestEven,
                          {}});
    gemm::Accumulators sums;
    gemm::GemmJob job;
    job.a = {&input_codes_, 3, 3, 1, 5, 5};
    job.b = {&weight_codes_, 3, 3};
    job.layer = "conv";
    job.step = step_;
    backend.run(job, sums);
    observer.on_quantize({"conv", OperandKind::kGradient, step_, gradient_.data(), &gradient_codes_, gradient_params_,
                          numerics::Rounding::kStochastic, stream_});
    job.b = job.a;
    job.b.transposed = true;
    job.a = {&gradient_codes_, 1, 1, 1, 5, 5, 1, 1, true};
    job.pass = gemm::Pass::kWeightGradient;
    backend.run(job, sums);
    gemm::CodeTensor rotated;
    gemm::resize(rotated, {4, true}, 0, 3, 3, 3, 4);
    std::fill(rotated.bytes.begin(), rotated.bytes.end(), std::uint8_t{3});
    job.a = {&gradient_codes_, 3, 3, 1, 5, 5};
    job.b = {&rotated, 3, 3};
    job.pass = gemm::Pass::kDataGradient;
    backend.run(job, sums);
    const std::vector<std::int32_t> deep(131072, 127);
    const gemm::CodeTensor a = gemm::matrix({8, true}, 0, 1, 131072, deep);
    const gemm::CodeTensor b = gemm::matrix({8, false}, 0, 1, 131072, deep);
    job.a = gemm::whole(a);
    job.b = gemm::whole(b);
    job.layer = "classifier/deep";
    job.pass = gemm::Pass::kWeightGradient;
    backend.run(job, sums);
  }

  // Records the step in a folder.
  void record(const std::filesystem::path& folder, const Json& context = Json::object()) const {
    Writer writer(folder, step_);
    gemm::ReferenceBackend reference;
    RecordingBackend backend(reference, writer);
    RecordingObserver observer(writer);
    run(backend, observer);
    writer.finish(context);
  }

 private:
  static std::vector<float> floats(std::uint32_t tensor, std::size_t count) {
    const numerics::RandomStream stream{3, 0, tensor};
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(stream.bits16(i)) / 32768.0f - 1);
    return values;
  }

  template <typename Write>
  static void for_each_code(gemm::CodeTensor& codes, const Write& write) {
    std::size_t element = 0;
    for (std::int64_t image = 0; image < codes.images; ++image)
      for (std::int64_t y = 0; y < codes.height; ++y)
        for (std::int64_t x = 0; x < codes.width; ++x)
          for (std::int64_t c = 0; c < codes.channels; ++c)
            write(element++, codes.bytes[static_cast<std::size_t>(codes.offset(image, y, x) + c)]);
  }

  static void quantize(const std::vector<float>& values, const numerics::QuantParams& params, gemm::CodeTensor& codes,
                       numerics::QuantParams& kept) {
    kept = params;
    codes.zero_point = params.zero_point;
    std::fill(codes.bytes.begin(), codes.bytes.end(), static_cast<std::uint8_t>(params.zero_point));
    for_each_code(codes, [&](std::size_t element, std::uint8_t& byte) {
      byte = static_cast<std::uint8_t>(numerics::quantize_nearest(values[element], params));
    });
  }

  std::int64_t step_;
  std::vector<float> input_, weights_, gradient_;
  gemm::CodeTensor input_codes_, weight_codes_, gradient_codes_;
  numerics::QuantParams input_params_, weight_params_, gradient_params_;
  numerics::RandomStream stream_;
};

}  // namespace ampa::trace
