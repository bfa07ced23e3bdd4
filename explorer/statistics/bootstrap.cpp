#include "statistics/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "numerics/random_stream.h"

namespace ampa::statistics {
namespace {

// Linear between the order statistics.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

int sign(double x) {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

}  // namespace

Interval bootstrap(std::size_t count, const std::function<double(const std::vector<std::size_t>& sample)>& figure,
                   std::uint64_t seed, int rounds) {
  std::vector<double> figures;
  std::vector<std::size_t> sample(count);
  for (int round = 0; round < rounds; ++round) {
    const numerics::RandomStream stream{seed, static_cast<std::uint32_t>(round), 0};
    for (std::size_t i = 0; i < count; ++i)
      sample[i] = static_cast<std::size_t>((std::uint64_t{stream.bits32(i)} * count) >> 32);
    figures.push_back(figure(sample));
  }
  std::sort(figures.begin(), figures.end());
  return {quantile(figures, 0.025), quantile(figures, 0.975)};
}

double kendall_tau(const std::vector<double>& x, const std::vector<double>& y) {
  std::int64_t agreement = 0, pairs_x = 0, pairs_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const int of_x = sign(x[i] - x[j]), of_y = sign(y[i] - y[j]);
      agreement += of_x * of_y;
      pairs_x += of_x != 0;
      pairs_y += of_y != 0;
    }
  if (pairs_x == 0 || pairs_y == 0) return 0;
  return static_cast<double>(agreement) / std::sqrt(static_cast<double>(pairs_x) * static_cast<double>(pairs_y));
}

}  // namespace ampa::statistics
