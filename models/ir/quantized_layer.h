// The sites of a layer whose GEMMs run on codes, and how much each kind of them matters.
#pragma once

#include <optional>
#include <string>
#include <utility>

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

  // Means over the measured steps since the last reset: eq. (9) for w and a, eq. (11) for g. Zero if none was measured.
  allocate::LayerSensitivity mean_sensitivity() const { return sensitivity_.mean(); }
  void reset_sensitivity() { sensitivity_ = {}; }
  void add_step(const allocate::StepMeans& means) { sensitivity_.add(allocate::step_sensitivity(means)); }

 private:
  std::string name_;
  std::uint32_t index_;
  allocate::MeanSensitivity sensitivity_;

 public:
  Site weights, activations, gradients;
  std::optional<Site> data_gradients;  // a second quantization of the gradient; none: there is one
};

// Adds the sensitivities of a measured step to a layer, when its codes and the gradients are there.
class MeasureSensitivity : public Instruction {
 public:
  struct Measured {
    const Codes *weights = nullptr, *input = nullptr, *gradient = nullptr;
    const double *weight_grad = nullptr, *input_grad = nullptr;  // mean magnitudes; null: it passes no gradient on
  };
  MeasureSensitivity(QuantizedLayer& layer, Measured measured)
      : Instruction({}, {}), layer_(layer), measured_(measured) {}

  void run(Frame& frame, StepContext& context) override;

 private:
  QuantizedLayer& layer_;
  Measured measured_;
};

}  // namespace ampa::ir
