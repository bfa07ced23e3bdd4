// How values become codes once their range is chosen.
#pragma once

#include <cstdint>

#include "numerics/random_stream.h"
#include "numerics/range.h"
#include "numerics/rounding.h"
#include "numerics/scale_form.h"

namespace ampa::quant {

struct Encoding {
  const numerics::ScaleForm* form = &numerics::symmetric_form();
  Bits bits = kMaxBits;
  numerics::Rounding rounding = numerics::Rounding::kNearestEven;
  numerics::RandomStream stream;  // of stochastic rounding: element = index in the tensor

  numerics::QuantParams params(const numerics::Range& range) const { return form->params(range, bits); }
  std::int32_t code(float x, const numerics::QuantParams& params, std::int64_t element) const {
    const bool random = rounding == numerics::Rounding::kStochastic;
    return numerics::quantize(x, params, rounding, random ? stream.bits16(static_cast<std::uint64_t>(element)) : 0);
  }
};

}  // namespace ampa::quant
