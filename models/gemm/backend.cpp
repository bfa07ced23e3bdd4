#include "gemm/backend.h"

namespace ampa::gemm {

void reset(Accumulators& out, const JobShape& shape) {
  const bool wide = numerics::num_accumulator_parts(shape.a, shape.b, shape.k) > 1;
  const auto size = static_cast<std::size_t>(shape.m * shape.n);
  out.rows = shape.m;
  out.cols = shape.n;
  out.narrow.assign(wide ? 0 : size, 0);
  out.wide.assign(wide ? size : 0, 0);
}

}  // namespace ampa::gemm
