// The instructions that run GEMM jobs on codes and scale their sums to FP32.
#pragma once

#include <string>

#include "gemm/gemm_job.h"
#include "gemm/layer_shape.h"
#include "gemm/zero_point.h"
#include "ir/instruction.h"
#include "ir/network.h"
#include "ir/parameter.h"
#include "ir/site.h"

namespace ampa::ir {

// A job of every step: all that is known of it before there are codes. Its sums, corrected for the zero points, are
// scaled by fl32(sa * sb), the scales of a row and of a column where there is not one a tensor.
struct StepMatmul {
  std::string layer;
  gemm::Pass pass = gemm::Pass::kForward;
  const Codes *a = nullptr, *b = nullptr;
  gemm::LayerShape shape;  // of one image

  gemm::GemmJob job(std::int64_t step) const;
  std::int64_t num_images() const;     // that the codes hold
  bool is_plain() const;               // one GEMM, one scale a tensor
  bool is_plain_side_by_side() const;  // or one for each channel window of A
  float scale() const { return a->params.scale * b->params.scale; }
};

// Every image of A gives one image of the value, whatever shape that has. The channel windows of a batch, such as the
// groups of a convolution, stand side by side in it.
class MatmulToValue : public Instruction {
 public:
  // With `add` the result is added to what the value holds; `bias`, if not null, is added in FP32. `shape` is that of
  // one image of the value.
  MatmulToValue(StepMatmul matmul, ValueId value, const Shape& shape, bool add, const Parameter* bias);

  void run(Frame& frame, StepContext& context) override;
  bool tell_rows_to(RowConsumer& consumer) override;

  // The mean magnitude of the last result without its bias; taken where a context measures and pass is not forward.
  const double& mean_magnitude() const { return mean_magnitude_; }
  const StepMatmul& matmul() const { return matmul_; }

 private:
  void run_by_rows(const gemm::GemmJob& job, float scale, StepContext& context, Tensor& out, RowConsumer* consumer,
                   bool measure);
  void run_scaled(const StepMatmul& matmul, StepContext& context, Tensor& out, RowConsumer* consumer, bool measure);
  void finish(StepContext& context, Tensor& out, RowConsumer* consumer) const;
  void run_each_image(StepContext& context, Tensor& out);

  StepMatmul matmul_;
  Shape shape_;
  bool add_;
  const Parameter* bias_;
  RowConsumer* consumer_ = nullptr;
  gemm::Accumulators sums_;
  double mean_magnitude_ = 0;
};

// The result is the gradient of a parameter.
class MatmulToGradient : public Instruction {
 public:
  MatmulToGradient(StepMatmul matmul, Parameter& parameter)
      : Instruction({}, {}), matmul_(std::move(matmul)), parameter_(parameter) {}

  void run(Frame& frame, StepContext& context) override;

  const double& mean_magnitude() const { return mean_magnitude_; }  // of the last result that a context measured
  const StepMatmul& matmul() const { return matmul_; }

 private:
  StepMatmul matmul_;
  Parameter& parameter_;
  gemm::Accumulators sums_;
  double mean_magnitude_ = 0;
};

}  // namespace ampa::ir
