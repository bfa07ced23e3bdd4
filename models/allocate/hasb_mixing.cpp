// HASB, Hessian-aware stochastic bit-switching (arXiv 2502.01199, Algorithm 1): a layer whose trace is at least the
// mean draws width b with probability b / (sum of the widths), the others each width alike.
#include "allocate/width_mixing.h"

namespace ampa::allocate {
namespace {

std::vector<std::int64_t> tickets(const std::vector<Bits>& widths, bool is_sensitive) {
  std::vector<std::int64_t> counts;
  for (const Bits bits : widths) counts.push_back(is_sensitive ? bits : 1);
  return counts;
}

}  // namespace

WidthMixing hasb_mixing() {
  return {"hasb", "every layer draws its width, sensitive ones (Hessian trace) rather a high one (HASB)", true,
          tickets};
}

}  // namespace ampa::allocate
