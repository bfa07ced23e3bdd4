#include "gemm/backend.h"

#include <algorithm>

namespace ampa::gemm {

void reshape(Accumulators& out, const JobShape& shape) {
  const bool wide = shape.parts().is_split();
  const auto size = static_cast<std::size_t>(shape.batch * shape.m * shape.n);
  out.rows = shape.batch * shape.m;
  out.cols = shape.n;
  out.narrow.resize(wide ? 0 : size);
  out.wide.resize(wide ? size : 0);
}

void reset(Accumulators& out, const JobShape& shape) {
  reshape(out, shape);
  std::fill(out.narrow.begin(), out.narrow.end(), 0);
  std::fill(out.wide.begin(), out.wide.end(), 0);
}

}  // namespace ampa::gemm
