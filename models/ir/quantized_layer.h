// The three sites of a layer whose GEMMs run on codes, and how much each of them matters.
#pragma once

#include <string>
#include <utility>

#include "allocate/sensitivity.h"
#include "ir/instruction.h"
#include "ir/site.h"

namespace ampa::ir {

class QuantizedLayer {
 public:
  // `index`, its number in the network, addresses the random bits of its gradient.
  QuantizedLayer(const std::string& name, std::uint32_t index)
      : name_(name),
        index_(index),
        weights{name, OperandKind::kWeight, index},
        activations{name, OperandKind::kActivation, index},
        gradients{name, OperandKind::kGradient, index} {}
  QuantizedLayer(const QuantizedLayer&) = delete;
  QuantizedLayer& operator=(const QuantizedLayer&) = delete;

  const std::string& name() const { return name_; }
  std::size_t index() const { return index_; }

  void set_bits(allocate::LayerBits bits) {
    weights.bits = bits.w;
    activations.bits = bits.a;
    gradients.bits = bits.g;
  }

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
  Site weights, activations, gradients;
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
