// Every layer has the width of the pass: Double Rounding's training of several widths (arXiv 2502.01199).
#include "allocate/width_mixing.h"

namespace ampa::allocate {

WidthMixing no_mixing() {
  return {"none", "every layer has the width of the pass"};
}

}  // namespace ampa::allocate
