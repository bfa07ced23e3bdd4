// The sites of a layer whose GEMMs run on codes, and how much each kind of them matters.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allocate/sensitivity.h"
#include "ir/instruction.h"
#include "ir/recipe.h"
#include "ir/site.h"

namespace ampa::ir {

class QuantizedLayer {
 public:
  // `index`, its number in the network, addresses the random bits of its tensors (rules R6 and R8 of NUMERICS.md).
  QuantizedLayer(const std::string& name, std::uint32_t index, const Recipe& recipe = {});
  QuantizedLayer(const QuantizedLayer&) = delete;
  QuantizedLayer& operator=(const QuantizedLayer&) = delete;

  const std::string& name() const { return name_; }
  std::size_t index() const { return index_; }

  void set_bits(allocate::LayerBits bits) {
    weights.bits = bits.w;
    activations.bits = bits.a;
    gradients.bits = bits.g;
    if (data_gradients) data_gradients->bits = bits.g;
  }

  // Of the random bits of the gradient of the weights (rule R8).
  std::uint32_t gradient_of_weights_tensor() const { return 0x70000000u + index_; }

  // Means over the measured steps since the last reset, by the context's measures: by default eq. (9) for w and a,
  // eq. (11) for g. Zero if none was measured.
  allocate::LayerSensitivity mean_sensitivity() const { return sensitivity_.mean(); }
  // The same of the first-order terms of rule M7; g is 0.
  allocate::LayerSensitivity mean_first_order() const { return first_order_.mean(); }
  void reset_sensitivity() { sensitivity_ = first_order_ = {}; }
  void add_step(const allocate::LayerSensitivity& step) { sensitivity_.add(step); }
  void add_first_order(const allocate::LayerSensitivity& step) { first_order_.add(step); }

 private:
  std::string name_;
  std::uint32_t index_;
  allocate::MeanSensitivity sensitivity_, first_order_;

 public:
  Site weights, activations, gradients;  // a product of two activations has no weights, and uses its widths for both
  std::optional<Site> data_gradients;    // a second quantization of the gradient; none: there is one
};

// Adds the sensitivities of a measured step to a layer, when its codes and the gradients are there.
class MeasureSensitivity : public Instruction {
 public:
  // An operand that the layer quantizes as activations, and what it is multiplied with: weights, or another such
  // operand, which is then one of its own.
  struct Measured {
    const Codes *weights = nullptr, *input = nullptr, *gradient = nullptr;  // weights: null if it is no weights
    // Mean magnitudes of the gradients of what the input is multiplied with, and of the input; null: there is none.
    const double *weight_grad = nullptr, *input_grad = nullptr;
  };
  MeasureSensitivity(QuantizedLayer& layer, std::vector<Measured> operands)
      : Instruction({}, {}), layer_(layer), operands_(std::move(operands)) {}

  void run(Frame& frame, StepContext& context) override;

 private:
  QuantizedLayer& layer_;
  std::vector<Measured> operands_;
};

}  // namespace ampa::ir
