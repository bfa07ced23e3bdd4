// The pass that lets instructions work on each other's tensors row by row, while they are in the cache.
#pragma once

#include "ir/program.h"

namespace ampa::ir {

// Takes up what instructions offer, by what they read and write alone:
//   a ReLU or an addition behind an instruction that absorbs it, if nobody else reads what is between them;
//   the gradient of a ReLU, by the first reader of its result;
//   rows told to a consumer while they are written, if nobody reads the value in between;
//   a value that is computed where it is read, if it has one reader and what it is computed from stays until then.
// No bit of any value that remains changes.
void stream_rows(Code& code);

}  // namespace ampa::ir
