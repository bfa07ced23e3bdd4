// A convolution or linear layer whose three GEMMs run on integer codes.
#pragma once

#include <string>

#include "allocate/sensitivity.h"
#include "gemm/gemm_job.h"
#include "gemm/zero_point.h"
#include "nn/conv_geometry.h"
#include "nn/layer.h"
#include "nn/row_listener.h"

namespace ampa::nn {

// Forward quantizes the input asymmetrically (AMPA eq. 1) and the weights symmetrically (eq. 2), both to the nearest
// code; backward quantizes the output gradient symmetrically with stochastic rounding. Each of the three jobs of
// gemm::GemmJob's table runs on the context's backend, and its sums, corrected for the zero points, are scaled by
// fl32(sa * sb). Gradients pass the quantizers of input and weights straight through.
class QuantizedConv : public Layer {
 public:
  // `tensor_index` addresses the layer's random bits: unique in the network. The bias is added in FP32.
  QuantizedConv(std::string name, std::uint32_t tensor_index, ConvGeometry geometry, bool has_bias);

  // Whoever wants to hear of the output, or of the gradient of the input, image by image; may be null.
  void set_output_listener(RowListener* listener) { output_listener_ = listener; }
  // With `add` the gradient of the input is added to what input_grads[0] holds.
  void set_gradient_listener(RowListener* listener, bool add) {
    gradient_listener_ = listener;
    adds_gradient_ = add;
  }

  void set_bits(allocate::LayerBits bits) { bits_ = bits; }
  const std::string& name() const { return name_; }

  // Means over the measured steps since the last reset: eq. (9) for w and a, eq. (11) for g. Zero if none was measured.
  allocate::LayerSensitivity mean_sensitivity() const { return sensitivity_.mean(); }
  void reset_sensitivity() { sensitivity_ = {}; }

  void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) override;
  void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                const std::vector<Tensor*>& input_grads, StepContext& context) override;
  std::vector<Parameter*> parameters() override;

 private:
  struct Quantized {
    gemm::CodeTensor codes;
    numerics::QuantParams params;
  };

  quant::QuantizationSums quantize(OperandKind kind, const quant::FloatView& tensor,
                                   const std::optional<kernels::Range>& known_range, const quant::GridLayout& layout,
                                   StepContext& context, Quantized& result);
  quant::FloatView weight_view() const;
  void forward_images_alone(const quant::FloatView& input, Tensor& out, StepContext& context);
  void dequantize_images_alone(const std::vector<numerics::QuantParams>& params, StepContext& context, Tensor& out);
  gemm::GemmJob forward_job(std::int64_t step) const;
  gemm::GemmJob data_gradient_job(std::int64_t step) const;
  gemm::GemmJob weight_gradient_job(std::int64_t step) const;
  // Where the FP32 result of a job goes: each image of its left operand gives one image of the tensor, whatever shape
  // that has. The listener, if any, hears of rows that are final, the bias included.
  struct Target {
    Tensor* tensor = nullptr;
    bool add = false;
    const Parameter* bias = nullptr;
    RowListener* listener = nullptr;
  };
  // Both run the job and scale its sums. mean_abs, if not null, takes the mean absolute value of the result.
  void run_by_rows(const gemm::GemmJob& job, float scale, StepContext& context, const Target& target, double* mean_abs);
  void run_whole(const gemm::GemmJob& job, float scale, StepContext& context, bool add, float* out, double* mean_abs);

  std::string name_;
  std::uint32_t tensor_index_;
  ConvGeometry geometry_;
  bool has_bias_;
  allocate::LayerBits bits_;
  Parameter weight_, bias_;
  RowListener *output_listener_ = nullptr, *gradient_listener_ = nullptr;
  bool adds_gradient_ = false;

  Quantized input_, weights_, gradient_;
  gemm::CodeTensor rotated_weights_;
  gemm::Accumulators sums_;

  allocate::StepMeans means_;
  allocate::MeanSensitivity sensitivity_;
};

}  // namespace ampa::nn
