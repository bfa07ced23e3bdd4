#include "quant/deviation.h"

#include <algorithm>
#include <cmath>

#include "numerics/elementary.h"

namespace ampa::quant {

double deviation(const ValueGroup& group, const Encoding& encoding, const numerics::Range& range) {
  const numerics::QuantParams params = encoding.params(range);
  double product = 0, of_values = 0, of_codes = 0;
  for (std::int64_t i = 0; i < group.count; ++i) {
    const double x = group.values[i];
    const double value = numerics::dequantize(encoding.code(group.values[i], params, group.element(i)), params);
    product += x * value;
    of_values += x * x;
    of_codes += value * value;
  }
  if (of_values == 0) return 0;
  if (of_codes == 0) return 1;
  return 1 - product / (std::sqrt(of_values) * std::sqrt(of_codes));
}

double rate_factor(double deviation, double alpha, double beta) {
  return std::max(numerics::exp(-alpha * deviation), beta);
}

}  // namespace ampa::quant
