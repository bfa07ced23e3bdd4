#include "optim/sgd.h"

namespace ampa::optim {

void sgd_step(const std::vector<ir::Parameter*>& parameters, const SgdConfig& config, double rate) {
  const auto momentum = static_cast<float>(config.momentum);
  const auto weight_decay = static_cast<float>(config.weight_decay);
  const auto step = static_cast<float>(rate);
  for (ir::Parameter* parameter : parameters) {
    if (parameter->velocity.size() == 0) parameter->velocity.setZero(parameter->value.size());
    parameter->velocity = parameter->velocity * momentum + (parameter->gradient + parameter->value * weight_decay);
    parameter->value -= parameter->velocity * step;
  }
}

}  // namespace ampa::optim
