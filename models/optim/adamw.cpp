// AdamW: Adam whose weight decay shrinks the weights by itself and has no part in the moments.
#include "optim/adam_moments.h"

namespace ampa::optim {
namespace {

std::unique_ptr<Optimizer> make(const Json& values, Parameters parameters) {
  AdamSettings settings = adam_settings_of(values);
  settings.decoupled = true;
  return std::make_unique<Adam>(settings, std::move(parameters));
}

}  // namespace

OptimizerInfo adamw() {
  return {"adamw", "Adam with decoupled weight decay", adam_settings(), make};
}

}  // namespace ampa::optim
