#include "numerics/scale_form.h"

#include <fmt/format.h>

#include <cmath>

#include "common/error.h"

namespace ampa::numerics {
namespace {

QuantParams affine(const Range& range, Bits bits) {
  return asymmetric_params(range.min, range.max, bits);
}

QuantParams symmetric(const Range& range, Bits bits) {
  return symmetric_params(max_abs(range), bits);
}

// Symmetric parameters of a step that is a power of two, or of none for a range below kMinRange.
QuantParams with_step(const Range& range, Bits bits, double step) {
  QuantParams params = symmetric_params(max_abs(range), bits);
  if (params.scale == 0) return params;
  params.scale = static_cast<float>(step);
  params.inv_scale = static_cast<float>(1 / step);
  return params;
}

QuantParams power_of_two(const Range& range, Bits bits) {
  const float most = max_abs(range);
  if (!(most >= kMinRange) || !std::isfinite(most)) return symmetric_params(most, bits);
  return with_step(range, bits, std::ldexp(nearest_power_of_two(most), 1 - bits));
}

QuantParams fixed_point(const Range& range, Bits bits) {
  return with_step(range, bits, std::ldexp(1.0, 1 - bits));
}

}  // namespace

const std::vector<ScaleForm>& scale_forms() {
  static const std::vector<ScaleForm> forms = {
      {"affine", "from the smallest to the largest value, with a zero point (AMPA eq. 1)", affine},
      {"symmetric", "from -max |x| to max |x| (AMPA eq. 2)", symmetric},
      {"power_of_two", "symmetric, the step a power of two near max |x| / 2^(bits-1) (WAGEUBN)", power_of_two},
      {"fixed_point", "symmetric, the step 2^(1-bits) whatever the values", fixed_point},
  };
  return forms;
}

const ScaleForm& affine_form() {
  return scale_forms()[0];
}

const ScaleForm& symmetric_form() {
  return scale_forms()[1];
}

const ScaleForm& scale_form(const std::string& name, const std::string& source) {
  std::string names;
  for (const ScaleForm& form : scale_forms()) {
    if (form.name == name) return form;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", form.name);
  }
  throw InputError(fmt::format("{}: expected one of {}, found '{}'", source, names, name));
}

double nearest_power_of_two(float x) {
  int exponent = 0;
  const double mantissa = std::frexp(double{x}, &exponent);  // [0.5, 1)
  return std::ldexp(1.0, mantissa * mantissa < 0.5 ? exponent - 1 : exponent);
}

}  // namespace ampa::numerics
