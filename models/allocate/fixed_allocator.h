// One width for everything.
#pragma once

#include "allocate/allocator.h"

namespace ampa::allocate {

// kMinBits <= config.fixed_bits <= kMaxBits, else InputError.
std::unique_ptr<Allocator> make_fixed_allocator(const AllocatorConfig& config, int num_layers);

}  // namespace ampa::allocate
