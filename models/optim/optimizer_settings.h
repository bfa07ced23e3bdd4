// Settings that several optimizers share, each declared once.
#pragma once

#include "settings/setting.h"

namespace ampa::optim {

inline settings::Setting weight_decay_setting() {
  return settings::number("weight_decay", {0, 1})
      .about("times the weights, added to the gradients; with adamw taken from the weights instead")
      .by_default(1e-4);
}

}  // namespace ampa::optim
