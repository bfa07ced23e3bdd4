// What the three passes of a layer cost, in the order of gemm::Pass: fwd, dgrad, wgrad.
#pragma once

#include <array>

#include "common/cycle_counts.h"
#include "gemm/gemm_job.h"

namespace ampa::cost {

// Sum has add(const Sum&, times).
template <class Sum>
struct ByPass {
  std::array<Sum, 3> sums{};

  Sum& operator[](gemm::Pass pass) { return sums[static_cast<std::size_t>(pass)]; }
  const Sum& operator[](gemm::Pass pass) const { return sums[static_cast<std::size_t>(pass)]; }
  Sum forward() const { return (*this)[gemm::Pass::kForward]; }
  // Both gradients.
  Sum backward() const {
    Sum sum = (*this)[gemm::Pass::kDataGradient];
    sum.add((*this)[gemm::Pass::kWeightGradient], 1);
    return sum;
  }
  Sum total() const {
    Sum sum = forward();
    sum.add(backward(), 1);
    return sum;
  }
};

constexpr std::array<gemm::Pass, 3> kPasses{gemm::Pass::kForward, gemm::Pass::kDataGradient,
                                            gemm::Pass::kWeightGradient};

// {"fwd", "dgrad", "wgrad"}
template <class Sum>
Json to_json(const ByPass<Sum>& costs) {
  Json json;
  for (const gemm::Pass pass : kPasses) json[std::string(gemm::to_string(pass))] = to_json(costs[pass]);
  return json;
}

}  // namespace ampa::cost
