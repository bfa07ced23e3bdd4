// Batch normalisation over images and positions, per channel, with what may follow it in the same pass.
#pragma once

#include <string>

#include "nn/channel_statistics.h"
#include "nn/layer.h"

namespace ampa::nn {

// Training: y = gamma * (x - mean) / sqrt(var + 1e-5) + beta with the batch's mean and biased variance; the running
// statistics take a tenth of the batch's mean and unbiased variance. Inference uses the running statistics.
// With `add` a second input is added to y, with `relu` max(y, 0) follows; the results are those of the layers Add and
// Relu.
class BatchNorm : public Layer {
 public:
  struct Then {
    bool add = false, relu = false;
  };
  BatchNorm(std::string name, std::int64_t channels) : BatchNorm(std::move(name), channels, Then{false, false}) {}
  BatchNorm(std::string name, std::int64_t channels, Then then);

  // Whoever writes the input and the gradient of the output may tell these image by image, which saves a pass over
  // each.
  RowListener& input_listener() { return values_; }
  RowListener& gradient_listener() { return gradients_; }
  // The output, or the gradient of the input, becomes a deferred tensor: its only reader must be a quantizer. An output
  // with something added cannot be deferred. A deferred gradient is computed from the gradients that backward() was
  // given and must be read before another layer's backward() runs.
  void defer_output() { defers_output_ = true; }
  void defer_gradient() { defers_gradient_ = true; }

  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  // Overwrites out_grad; the gradient of what was added takes over its memory.
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  std::vector<Parameter*> parameters() override { return {&gamma_, &beta_}; }
  std::vector<Buffer> buffers() override;
  bool needs_output_in_backward() const override { return then_.relu && then_.add; }  // where the ReLU passes

 private:
  // y of the last forward pass, row by row.
  class Output : public quant::RowSource {
   public:
    const Tensor *x = nullptr, *residual = nullptr;
    Eigen::ArrayXf slope, offset;  // of every lane of a row
    bool relu = false;
    quant::FloatShape shape() const override { return *x; }
    void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const override;
  };
  // The gradient of x of the last backward pass, row by row.
  class InputGradient : public quant::RowSource {
   public:
    const Tensor *x = nullptr, *d = nullptr;
    const ChannelExtremes *x_extremes = nullptr, *d_extremes = nullptr;
    Eigen::ArrayXf slope, factor, offset;
    quant::FloatShape shape() const override { return *x; }
    kernels::Range limits(std::int64_t image) const override;
    void read(std::int64_t image, std::int64_t first_row, std::int64_t num_rows, float* out) const override;
  };

  void use_batch_statistics(double count);
  std::optional<kernels::Range> deferred_range() const;

  std::string name_;
  std::int64_t channels_;
  Then then_;
  bool defers_output_ = false, defers_gradient_ = false;
  Parameter gamma_, beta_;
  Eigen::ArrayXf running_mean_, running_var_;
  Eigen::ArrayXd mean_, inv_std_;  // of the last batch
  ValueStatistics values_;
  GradientStatistics gradients_;
  Output output_;
  InputGradient input_gradient_;
};

}  // namespace ampa::nn
