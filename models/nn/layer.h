// What every layer of the training graph does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "allocate/bit_allocation.h"
#include "common/thread_pool.h"
#include "gemm/backend.h"
#include "ir/tensor.h"
#include "numerics/clipping.h"
#include "quant/observer.h"

namespace ampa::nn {

// What a layer may use while a step runs.
struct StepContext {
  ThreadPool* threads = nullptr;
  gemm::Backend* backend = nullptr;  // of the quantized jobs
  bool training = true;              // batch statistics and gradients; false: running statistics
  std::uint64_t seed = 0;
  std::int64_t step = 0;  // counts from 0 over the whole run; addresses the stochastic rounding
  // No result depends on the other images of the batch: an activation's range is that of its image alone. Needs
  // `training` to be false; there is no backward() after it.
  bool images_alone = false;
  bool measure = false;   // quantized layers add up their sensitivities
  const numerics::ClippingRule* clipping = &numerics::clipping_rules().front();  // of every quantized tensor
  quant::Observer* observer = nullptr;
};

// A trained tensor: its value and the gradient of the last backward pass.
struct Parameter {
  std::string name;
  Eigen::ArrayXf value, gradient;
};

// A state that is kept with the parameters but not trained: batch norm's running statistics.
struct Buffer {
  std::string name;
  Eigen::ArrayXf* value = nullptr;
};

class Layer {
 public:
  virtual ~Layer() = default;

  // Resizes and computes `out`. For an in-place layer out may be inputs[0].
  virtual void forward(const std::vector<const Tensor*>& inputs, Tensor& out, StepContext& context) = 0;

  // From the gradient of `out` computes those of the parameters and of every input whose entry in `input_grads` is not
  // null (resized and overwritten); out_grad may be used up on the way. `inputs` and `out` are those of the last
  // forward(), unless an in-place layer overwrote them. For an in-place layer input_grads[0] may be &out_grad.
  virtual void backward(const std::vector<const Tensor*>& inputs, const Tensor& out, Tensor& out_grad,
                        const std::vector<Tensor*>& input_grads, StepContext& context) = 0;

  virtual std::vector<Parameter*> parameters() { return {}; }
  virtual std::vector<Buffer> buffers() { return {}; }

  virtual bool is_in_place() const { return false; }  // forward may overwrite inputs[0]
  virtual bool needs_output_in_backward() const { return false; }
};

}  // namespace ampa::nn
