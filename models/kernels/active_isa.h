// The active instruction set's table, for measurements that put loops of their own around its loops.
#pragma once

#include "kernels/isa.h"

namespace ampa::kernels {

const Isa& active_isa();

// Makes `isa` active until the next select(); it must live that long. Not to be called while kernels are running.
void use(const Isa& isa);

}  // namespace ampa::kernels
