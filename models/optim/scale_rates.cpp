#include "optim/scale_rates.h"

#include <algorithm>
#include <cmath>

namespace ampa::optim {

double width_rate_factor(Bits high, Bits bits) {
  const Bits difference = high - bits;
  double factor = difference % 2 == 0 ? 1 : 5;
  for (Bits i = 0; i < (difference + 1) / 2; ++i) factor /= 10;
  return factor;
}

void set_scale_rates(const Parameters& parameters, ScaleRates form, Bits high, const std::vector<Bits>& bits,
                     double rate) {
  if (form == ScaleRates::kOff) return;
  double sum = 0;
  std::int64_t count = 0;
  for (ir::Parameter* parameter : parameters) {
    if (!parameter->is_scale) continue;
    parameter->gradient = parameter->gradient.max(-1.0f).min(1.0f);
    sum += static_cast<double>(std::abs(parameter->gradient[0]));
    ++count;
  }
  if (count == 0) return;
  const double mean = sum / static_cast<double>(count);
  const double part = form == ScaleRates::kRelative ? 1 - mean : std::max(1 - mean / rate, 0.0);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i]->is_scale) parameters[i]->rate_factor = width_rate_factor(high, bits.at(i)) * part;
}

}  // namespace ampa::optim
