// AMPA Algorithm 1.
#pragma once

#include "allocate/allocator.h"

namespace ampa::allocate {

// At the end of every measured epoch (is_measured_epoch) and for weights, activations and gradients each on its own:
// rank the layers by falling sensitivity, of equal ones the earlier layer first; leave out the taboo list; let the
// first num_selected(ratio) climb (LadderState::select). Throws InputError for settings that check() refuses.
std::unique_ptr<Allocator> make_ampa_allocator(const AllocatorConfig& config, int num_layers);

}  // namespace ampa::allocate
