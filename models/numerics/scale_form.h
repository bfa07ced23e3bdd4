// How a range becomes a scale: an explicit table of forms. Rules Q2, Q5 and Q13 to Q15 of NUMERICS.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "numerics/quantizer.h"
#include "numerics/range.h"

namespace ampa::numerics {

struct ScaleForm {
  std::string_view name;
  std::string_view description;
  // For codes of `bits`, 2 .. 8. Throws NonFiniteError for a range that is not finite.
  QuantParams (*params)(const Range& range, Bits bits);
};

// The table: affine (Q5), symmetric (Q2), power_of_two (Q13), fixed_point (Q14).
const std::vector<ScaleForm>& scale_forms();
const ScaleForm& affine_form();
const ScaleForm& symmetric_form();

// By name. Throws InputError naming `source` (with the key) and the valid names.
const ScaleForm& scale_form(const std::string& name, const std::string& source);

// The power of two nearest to x > 0 in the logarithm: 2^r with r = log2(x) rounded to the nearest integer; exact, since
// log2 of an FP32 number is never half an odd integer. WAGEUBN's Shift.
double nearest_power_of_two(float x);

}  // namespace ampa::numerics
