// A gradient of which some images, or some channels, are kept: rules G3 and G5 of NUMERICS.md.
#pragma once

#include <vector>

#include "common/thread_pool.h"
#include "common/uninitialized_vector.h"
#include "quant/group_pruning.h"
#include "quant/tensor_quantizer.h"

namespace ampa::quant {

// max |x| of every image or every channel. Throws NonFiniteError.
std::vector<float> group_magnitudes(const FloatView& tensor, ScaleAxis axis, ThreadPool& threads);

// The kept groups next to each other, in memory of `values`: a tensor of fewer images or channels.
FloatView gather(const FloatView& tensor, ScaleAxis axis, const std::vector<KeptGroup>& kept, ThreadPool& threads,
                 UninitializedVector<float>& values);

// Their parameters: those of a symmetric tensor of `bits` (of 1: two levels) with a scale divided by the probability
// that the group was kept, fl32(d(s) * 2^32 / d(q32)).
ScaleGroups kept_scales(ScaleAxis axis, const std::vector<float>& magnitudes, const std::vector<KeptGroup>& kept,
                        Bits bits);

}  // namespace ampa::quant
