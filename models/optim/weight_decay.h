// Weight decay as the optimizers share it: how much, and of which parameters.
#pragma once

#include "ir/parameter.h"
#include "settings/setting.h"

namespace ampa::optim {

inline settings::Setting weight_decay_setting() {
  return settings::number("weight_decay", {0, 1})
      .about("times the weights, added to the gradients; with adamw taken from the weights instead")
      .by_default(1e-4);
}

inline settings::Setting decay_exempt_setting() {
  return settings::choice("decay_exempt", {"none", "norms-biases"})
      .about("parameters without weight decay: none, or those of norms and biases, which have one dimension")
      .by_default("none");
}

struct WeightDecay {
  double rate = 0;
  bool spares_vectors = false;  // parameters of one dimension have none; scales of quantizers never have

  double of(const ir::Parameter& parameter) const {
    return parameter.is_scale || (spares_vectors && parameter.shape.size() <= 1) ? 0 : rate;
  }
};

// Of an optimizer's settings.
inline WeightDecay weight_decay_of(const Json& values) {
  return {values.at("weight_decay").get<double>(), values.at("decay_exempt") == "norms-biases"};
}

}  // namespace ampa::optim
