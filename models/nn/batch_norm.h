// Batch normalisation over images and positions, per channel.
#pragma once

#include <string>

#include "nn/layer.h"

namespace ampa::nn {

// Training: y = gamma * (x - mean) / sqrt(var + 1e-5) + beta with the batch's mean and biased variance; the running
// statistics take a tenth of the batch's mean and unbiased variance. Inference uses the running statistics.
// Sums run in a fixed shape: FP32 over the positions of one image in as many lanes as a row has elements, then over lanes
// and images in index order in double.
class BatchNorm : public Layer {
 public:
  BatchNorm(std::string name, std::int64_t channels);

  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, const Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  std::vector<Parameter*> parameters() override { return {&gamma_, &beta_}; }
  std::vector<Buffer> buffers() override;

 private:
  std::string name_;
  std::int64_t channels_;
  Parameter gamma_, beta_;
  Eigen::ArrayXf running_mean_, running_var_;
  Eigen::ArrayXd mean_, inv_std_;  // of the last batch
};

}  // namespace ampa::nn
