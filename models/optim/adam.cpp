// Adam: a step by the mean of the gradients over the root of the mean of their squares.
#include "optim/adam_moments.h"

namespace ampa::optim {
namespace {

std::unique_ptr<Optimizer> make(const Json& values, Parameters parameters) {
  return std::make_unique<Adam>(adam_settings_of(values), std::move(parameters));
}

}  // namespace

OptimizerInfo adam() {
  return {"adam", "Adam, weight decay added to the gradients", adam_settings(), make};
}

}  // namespace ampa::optim
