#include "optim/gradient_clipping.h"

#include <cmath>

#include "common/error.h"

namespace ampa::optim {

const settings::OwnSettings& clipping_settings() {
  static const settings::OwnSettings own = {{settings::number("clip_norm", {0, 1e9})
                                                 .about("gradients that are longer, all parameters together, are "
                                                        "shortened to this length (L2 norm); 0: they stay as they are")
                                                 .by_default(0.0)}};
  return own;
}

double gradient_norm(const Parameters& parameters) {
  double sum = 0;
  for (const ir::Parameter* parameter : parameters)
    for (Eigen::Index i = 0; i < parameter->gradient.size(); ++i) {
      const double value = parameter->gradient[i];
      sum += value * value;
    }
  return std::sqrt(sum);
}

double clip_gradients(const Parameters& parameters, double limit) {
  const double norm = gradient_norm(parameters);
  if (!std::isfinite(norm)) throw NonFiniteError("the norm of the gradients is not finite");
  if (norm <= limit) return norm;
  const auto factor = static_cast<float>(limit / norm);
  for (ir::Parameter* parameter : parameters) parameter->gradient *= factor;
  return norm;
}

}  // namespace ampa::optim
