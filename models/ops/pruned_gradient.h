// The instructions of two-level layers that make and use pruned gradients.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "common/uninitialized_vector.h"
#include "ir/instruction.h"
#include "ir/matmul.h"
#include "ir/two_level.h"
#include "ops/told_by_image.h"
#include "quant/kept_groups.h"

namespace ampa::ops {

// The codes of the groups of a gradient that are kept, next to each other.
struct KeptCodes {
  ir::Codes codes;
  std::vector<quant::KeptGroup> kept;
  quant::ScaleAxis axis = quant::ScaleAxis::kImages;  // of the groups, kept or with a scale of their own

  // The scale of kept group number k.
  float scale(std::size_t k) const {
    return codes.groups.is_grouped() ? codes.groups.params[k].scale : codes.params.scale;
  }
};

// The largest |x| of every image and of every channel of a gradient.
struct Magnitudes {
  std::vector<float> of_images, of_channels;

  const std::vector<float>& along(quant::ScaleAxis axis) const {
    return axis == quant::ScaleAxis::kImages ? of_images : of_channels;
  }
};

// Quantizes a gradient of `shape` an image, pruned along result->axis. Keeps the result alive for those who read it.
class QuantizePruned : public ir::Instruction {
 public:
  // Random bits are those of `tensor` for codes and of `draws` for groups.
  QuantizePruned(ir::ValueId gradient, const ir::Site& site, const ir::TwoLevel& rules, std::uint32_t tensor,
                 std::uint32_t draws, const ir::Shape& shape, const quant::GridLayout& layout,
                 std::shared_ptr<const Magnitudes> magnitudes, std::shared_ptr<KeptCodes> result)
      : Instruction({gradient}, {}),
        site_(site),
        rules_(rules),
        tensor_(tensor),
        draws_(draws),
        shape_(shape),
        layout_(layout),
        magnitudes_(std::move(magnitudes)),
        result_(std::move(result)) {}

  void run(ir::Frame& frame, ir::StepContext& context) override;

 private:
  const ir::Site& site_;
  ir::TwoLevel rules_;
  std::uint32_t tensor_, draws_;
  ir::Shape shape_;
  quant::GridLayout layout_;
  std::shared_ptr<const Magnitudes> magnitudes_;
  std::shared_ptr<KeptCodes> result_;
  UninitializedVector<float> gathered_;
};

// The data gradient: kept images times two-level weights, 0 in the others, and 0 where |input| is not below 1.
class PrunedToValue : public ir::Instruction {
 public:
  PrunedToValue(ir::StepMatmul matmul, const KeptCodes& gradient, ir::ValueId input, ir::ValueId target,
                const ir::Shape& shape)
      : Instruction({input}, {target}), matmul_(std::move(matmul)), gradient_(gradient), shape_(shape) {}

  bool tell_rows_to(ir::RowConsumer& consumer) override { return told_.take(consumer); }
  void run(ir::Frame& frame, ir::StepContext& context) override;
  const ir::StepMatmul& matmul() const { return matmul_; }

 private:
  ir::StepMatmul matmul_;
  const KeptCodes& gradient_;
  ir::Shape shape_;
  gemm::Accumulators sums_;
  ToldByImage told_;
};

// The weight gradient: a row for each kept output channel, 0 in the others, and 0 where |weight| is not below 1.
class PrunedToGradient : public ir::Instruction {
 public:
  PrunedToGradient(ir::StepMatmul matmul, const KeptCodes& gradient, ir::Parameter& weights)
      : Instruction({}, {}), matmul_(std::move(matmul)), gradient_(gradient), weights_(weights) {}

  void run(ir::Frame& frame, ir::StepContext& context) override;
  const ir::StepMatmul& matmul() const { return matmul_; }

 private:
  ir::StepMatmul matmul_;
  const KeptCodes& gradient_;
  ir::Parameter& weights_;
  gemm::Accumulators sums_;
};

}  // namespace ampa::ops
