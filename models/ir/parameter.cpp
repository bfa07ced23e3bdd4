#include "ir/parameter.h"

#include <cmath>

namespace ampa::ir {

Eigen::ArrayXf mean_magnitudes(const Eigen::ArrayXf& values, std::int64_t rows) {
  Eigen::ArrayXf means(rows);
  const std::int64_t size = values.size() / rows;
  for (std::int64_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum += std::abs(static_cast<double>(values[row * size + i]));
    means[row] = static_cast<float>(sum / static_cast<double>(size));
  }
  return means;
}

}  // namespace ampa::ir
