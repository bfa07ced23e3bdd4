// The pass that gives values places in memory.
#pragma once

#include "ir/program.h"

namespace ampa::ir {

// Values of the forward half have memory of their own, which backward reads, except where an instruction can work in
// place on a value that nobody else reads. Gradients have memory from their first to their last use.
MemoryPlan plan_memory(const Code& code);

}  // namespace ampa::ir
