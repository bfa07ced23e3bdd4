#include "ir/site.h"

#include "allocate/sensitivity.h"

namespace ampa::ir {
namespace {

// By rule M5: `mean` of a sum and a scale divides by a count of 1 until all are added.
template <typename Mean>
double mean_of_groups(const Codes& codes, const Mean& mean) {
  if (codes.group_sums.empty()) return 0;
  double total = 0;
  for (std::size_t i = 0; i < codes.group_sums.size(); ++i)
    total += mean(codes.group_sums[i], codes.groups.params[i].scale);
  return total / static_cast<double>(codes.count);
}

}  // namespace

double Codes::mean_error() const {
  if (!groups.is_grouped()) return allocate::mean_error(sums.error_q16, params.scale, count);
  return mean_of_groups(*this, [](const kernels::QuantizationSums& of_group, float scale) {
    return allocate::mean_error(of_group.error_q16, scale, 1);
  });
}

double Codes::mean_magnitude() const {
  if (!groups.is_grouped()) return allocate::mean_magnitude(sums.abs_codes, params.scale, count);
  return mean_of_groups(*this, [](const kernels::QuantizationSums& of_group, float scale) {
    return allocate::mean_magnitude(of_group.abs_codes, scale, 1);
  });
}

}  // namespace ampa::ir
