// A convolution or linear layer whose three GEMMs run on integer codes.
#pragma once

#include <string>

#include "allocate/sensitivity.h"
#include "gemm/gemm_job.h"
#include "gemm/zero_point.h"
#include "nn/conv_geometry.h"
#include "nn/layer.h"

namespace ampa::nn {

// Forward quantizes the input asymmetrically (AMPA eq. 1) and the weights symmetrically (eq. 2), both to the nearest
// code; backward quantizes the output gradient symmetrically with stochastic rounding. Each of the three jobs of
// gemm::GemmJob's table runs on the context's backend, and its sums, corrected for the zero points, are scaled by
// fl32(sa * sb). Gradients pass the quantizers of input and weights straight through.
class QuantizedConv : public Layer {
 public:
  // `tensor_index` addresses the layer's random bits: unique in the network. The bias is added in FP32.
  QuantizedConv(std::string name, std::uint32_t tensor_index, ConvGeometry geometry, bool has_bias);

  void set_bits(allocate::LayerBits bits) { bits_ = bits; }
  const std::string& name() const { return name_; }

  // Means over the measured steps since the last reset: eq. (9) for w and a, eq. (11) for g. Zero if none was measured.
  allocate::LayerSensitivity mean_sensitivity() const { return sensitivity_.mean(); }
  void reset_sensitivity() { sensitivity_ = {}; }

  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, const Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  std::vector<Parameter*> parameters() override;

 private:
  struct Quantized {
    gemm::CodeTensor codes;
    numerics::QuantParams params;
  };

  void quantize(OperandKind kind, const quant::FloatView& tensor, const quant::GridLayout& layout, StepContext& context,
                Quantized& result);
  quant::FloatView input_view(const Tensor& input) const;
  quant::FloatView weight_view() const;
  quant::FloatView gradient_view(const Tensor& gradient) const;
  gemm::GemmJob forward_job(std::int64_t step) const;
  gemm::GemmJob data_gradient_job(std::int64_t step) const;
  gemm::GemmJob weight_gradient_job(std::int64_t step) const;
  // Runs the job and writes its FP32 result; returns the mean absolute value of it if the step is measured.
  double run(const gemm::GemmJob& job, float scale, StepContext& context, float* out);

  std::string name_;
  std::uint32_t tensor_index_;
  ConvGeometry geometry_;
  bool has_bias_;
  allocate::LayerBits bits_;
  Parameter weight_, bias_;

  Quantized input_, weights_, gradient_;
  gemm::CodeTensor rotated_weights_;
  gemm::Accumulators sums_;

  allocate::StepMeans means_;
  allocate::MeanSensitivity sensitivity_;
};

}  // namespace ampa::nn
