#include "statistics/blocked_anova.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <map>
#include <numeric>

namespace ampa::statistics {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double square(double x) {
  return x * x;
}

}  // namespace

std::optional<BlockedAnova> blocked_anova(const std::vector<std::vector<double>>& table) {
  const std::size_t rows = table.size(), cols = rows == 0 ? 0 : table[0].size();
  if (rows < 2 || cols < 2) return std::nullopt;
  std::vector<double> of_setting, of_seed(cols, 0.0);
  for (const std::vector<double>& row : table) {
    if (row.size() != cols) return std::nullopt;
    of_setting.push_back(mean_of(row));
    for (std::size_t j = 0; j < cols; ++j) of_seed[j] += row[j] / static_cast<double>(rows);
  }
  const double mean = mean_of(of_setting);
  double settings = 0, rest = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    settings += static_cast<double>(cols) * square(of_setting[i] - mean);
    for (std::size_t j = 0; j < cols; ++j) rest += square(table[i][j] - of_setting[i] - of_seed[j] + mean);
  }
  const auto between = static_cast<double>(rows - 1), within = between * static_cast<double>(cols - 1);
  BlockedAnova anova;
  anova.residual_std_dev = std::sqrt(rest / within);
  if (settings == 0) return anova;
  if (rest == 0) {
    anova.f = INFINITY;
    anova.p = 0;
    return anova;
  }
  anova.f = settings / between / (rest / within);
  anova.p = boost::math::cdf(boost::math::complement(boost::math::fisher_f(between, within), anova.f));
  return anova;
}

double share_explained(const std::vector<std::vector<double>>& table, const std::vector<std::size_t>& level_of) {
  std::vector<double> of_setting;
  std::map<std::size_t, std::vector<double>> of_level;
  for (std::size_t i = 0; i < table.size(); ++i) {
    of_setting.push_back(mean_of(table[i]));
    of_level[level_of[i]].push_back(of_setting.back());
  }
  if (of_setting.empty()) return 0;
  const double mean = mean_of(of_setting);
  double total = 0, explained = 0;
  for (const double value : of_setting) total += square(value - mean);
  for (const auto& [level, values] : of_level)
    explained += static_cast<double>(values.size()) * square(mean_of(values) - mean);
  return total > 0 ? std::min(1.0, explained / total) : 0;
}

}  // namespace ampa::statistics
