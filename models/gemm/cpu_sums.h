// Where a GEMM's sums go.
#pragma once

#include <cstdint>

#include "gemm/backend.h"

namespace ampa::gemm::cpu {

// M x N sums, row-major; one of the two is null.
struct SumsOut {
  std::int32_t* narrow = nullptr;
  std::int64_t* wide = nullptr;

  bool is_wide() const { return wide != nullptr; }
};

// From sum number `first` of a job on.
inline SumsOut sums_from(Accumulators& out, std::int64_t first) {
  if (out.is_wide()) return {nullptr, out.wide.data() + first};
  return {out.narrow.data() + first, nullptr};
}

}  // namespace ampa::gemm::cpu
