// How the tensors of one kind become codes: form of the scale, clipping, rounding.
#pragma once

#include <optional>

#include "quant/clipping.h"
#include "quant/tensor_quantizer.h"

namespace ampa::quant {

struct TensorRule {
  const numerics::ScaleForm* form = &numerics::symmetric_form();
  Clipping clipping = make_clipping(clipping_rules().front());
  numerics::Rounding rounding = numerics::Rounding::kNearestEven;

  Encoding in_training(Bits bits) const { return {form, bits, rounding, {}}; }  // the stream is yet to be said
  // The same without chance: to the nearest code where training rounds stochastically (rule V4 of NUMERICS.md).
  Encoding in_evaluation(Bits bits) const {
    const bool is_random = rounding == numerics::Rounding::kStochastic;
    return {form, bits, is_random ? numerics::Rounding::kNearestEven : rounding, {}};
  }
};

// What every quantizer does unless it is asked for something else: weights and gradients symmetrically (AMPA eq. 2),
// activations asymmetrically (eq. 1); gradients rounded stochastically, the others to the nearest code; nothing
// clipped.
TensorRule default_rule(OperandKind kind);

// Numbers that a clipping rule keeps for a tensor, of as many as its groups are many; none: it keeps none.
struct ClippingMemory {
  float* numbers = nullptr;
  std::int64_t size = 0;
};

// The parameters of the groups of a tensor by its rule, one with ScaleAxis::kNone. `known_range` spares the search for
// the range of a whole tensor; `encoding` has the rule's form and rounding, and the width. Groups whose number differs
// from step to step, those of images, keep no memory. Throws NonFiniteError.
ScaleGroups choose_scales(const FloatView& tensor, ScaleAxis axis, const TensorRule& rule, const Encoding& encoding,
                          const std::optional<kernels::Range>& known_range, std::int64_t step, bool is_training,
                          ClippingMemory memory, ThreadPool& threads);

}  // namespace ampa::quant
