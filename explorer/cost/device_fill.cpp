#include "cost/device_fill.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

namespace ampa::cost {
namespace {

constexpr int kResources = 3;
constexpr double kBramBits = 64;
using Needs = std::array<double, kResources>;

Needs as_array(const Budget& budget) {
  return {budget.lut, budget.dsp48e1, budget.bram36};
}

Budget needs_of(const Unit& unit, LutCount count) {
  const std::int64_t lut = count == LutCount::kSites ? unit.area.sites : unit.area.lut;
  return {static_cast<double>(lut), static_cast<double>(unit.area.dsp48e1), bram36_of(unit.point)};
}

// A corner of the program: as many kinds in use as resources exhausted. Its counts; empty if there is none.
std::vector<double> corner(const std::vector<Needs>& needs, const Needs& budget, const std::vector<int>& kinds,
                           const std::vector<int>& resources) {
  const auto size = static_cast<Eigen::Index>(kinds.size());
  Eigen::MatrixXd matrix(size, size);
  Eigen::VectorXd limits(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const auto resource = static_cast<std::size_t>(resources[static_cast<std::size_t>(i)]);
    limits(i) = budget[resource];
    for (Eigen::Index j = 0; j < size; ++j)
      matrix(i, j) = needs[static_cast<std::size_t>(kinds[static_cast<std::size_t>(j)])][resource];
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> solver(matrix);
  if (!solver.isInvertible()) return {};
  const Eigen::VectorXd counts = solver.solve(limits);
  std::vector<double> all(needs.size(), 0.0);
  for (Eigen::Index i = 0; i < size; ++i) all[static_cast<std::size_t>(kinds[static_cast<std::size_t>(i)])] = counts(i);
  return all;
}

bool fits(const std::vector<double>& counts, const std::vector<Needs>& needs, const Needs& budget) {
  constexpr double kRounding = 1e-9;
  for (const double count : counts)
    if (!(count >= -kRounding)) return false;
  for (std::size_t resource = 0; resource < kResources; ++resource) {
    double taken = 0;
    for (std::size_t kind = 0; kind < counts.size(); ++kind) taken += counts[kind] * needs[kind][resource];
    if (taken > budget[resource] * (1 + kRounding)) return false;
  }
  return true;
}

// Every set of 1 .. `size` of the numbers below `count`, each in rising order.
std::vector<std::vector<int>> subsets(int count, int size) {
  std::vector<std::vector<int>> sets;
  std::vector<std::vector<int>> smaller{{}};
  for (int i = 0; i < size; ++i) {
    std::vector<std::vector<int>> larger;
    for (const std::vector<int>& set : smaller)
      for (int next = set.empty() ? 0 : set.back() + 1; next < count; ++next) {
        larger.push_back(set);
        larger.back().push_back(next);
      }
    sets.insert(sets.end(), larger.begin(), larger.end());
    smaller = larger;
  }
  return sets;
}

template <class Rate>
double sum_of(const std::vector<Fill>& fills, const Rate& rate) {
  double sum = 0;
  for (const Fill& fill : fills) sum += fill.count * rate(fill.unit);
  return sum;
}

}  // namespace

Budget budget_of(const Device& device, double lut_percent) {
  return {static_cast<double>(device.lut) * lut_percent / 100, static_cast<double>(device.dsp48e1),
          static_cast<double>(device.bram36)};
}

double bram36_of(const timing::HardwarePoint& point) {
  const timing::GridElement& grid = timing::pe_formats(point.pe).grid;
  return std::ceil(32.0 * static_cast<double>(point.rows * grid.a_words) / kBramBits) +
         std::ceil(32.0 * static_cast<double>(point.cols * grid.b_words) / kBramBits);
}

std::vector<Fill> fill_device(const std::vector<Unit>& units, const Budget& budget, LutCount count) {
  std::vector<Needs> needs;
  for (const Unit& unit : units) needs.push_back(as_array(needs_of(unit, count)));
  std::vector<double> best(units.size(), 0.0);
  double best_rate = 0;
  for (const std::vector<int>& kinds : subsets(static_cast<int>(units.size()), kResources))
    for (const std::vector<int>& resources : subsets(kResources, kResources)) {
      if (kinds.size() != resources.size()) continue;
      const std::vector<double> counts = corner(needs, as_array(budget), kinds, resources);
      if (counts.empty() || !fits(counts, needs, as_array(budget))) continue;
      double rate = 0;
      for (std::size_t kind = 0; kind < counts.size(); ++kind) rate += counts[kind] * units[kind].rate;
      if (rate <= best_rate) continue;
      best_rate = rate;
      best = counts;
    }
  std::vector<Fill> fills;
  for (std::size_t kind = 0; kind < units.size(); ++kind) fills.push_back({units[kind], std::max(best[kind], 0.0)});
  return fills;
}

double rate_of(const std::vector<Fill>& fills) {
  return sum_of(fills, [](const Unit& unit) { return unit.rate; });
}

double pair_rate(const std::vector<Fill>& fills, Bits narrow, Bits wide) {
  return sum_of(fills, [&](const Unit& unit) { return pair_rate(unit.point, narrow, wide); });
}

Budget used(const std::vector<Fill>& fills, LutCount count) {
  Budget sum;
  for (const Fill& fill : fills) {
    const Budget one = needs_of(fill.unit, count);
    sum.lut += fill.count * one.lut;
    sum.dsp48e1 += fill.count * one.dsp48e1;
    sum.bram36 += fill.count * one.bram36;
  }
  return sum;
}

}  // namespace ampa::cost
