#include "cost/device_fill.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "common/error.h"
#include "cost/run_cost.h"

namespace ampa::cost {
namespace {

constexpr int kResources = 3;
constexpr double kBramBits = 64;
using Needs = std::array<double, kResources>;

Needs as_array(const Budget& budget) {
  return {budget.lut, budget.dsp48e1, budget.bram36};
}

Budget needs_of(const timing::HardwarePoint& point, LutCount count) {
  const CellCounts cells = area_of(point).with_dsp;
  const std::int64_t lut = count == LutCount::kSites ? cells.sites : cells.lut;
  return {static_cast<double>(lut), static_cast<double>(cells.dsp48e1), bram36_of(point)};
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

// Every set of up to `size` of the numbers below `count`.
std::vector<std::vector<int>> subsets(int count, int size) {
  std::vector<std::vector<int>> sets;
  for (unsigned bits = 1; bits < 1u << count; ++bits) {
    std::vector<int> set;
    for (int i = 0; i < count; ++i)
      if ((bits >> i & 1) != 0) set.push_back(i);
    if (static_cast<int>(set.size()) <= size) sets.push_back(set);
  }
  return sets;
}

template <class Rate>
double sum_of(const std::vector<Fill>& fills, const Rate& rate) {
  double sum = 0;
  for (const Fill& fill : fills) sum += fill.count * rate(fill.point);
  return sum;
}

}  // namespace

std::vector<PairShare> mac_mix(const record::RunRecord& record, const std::string& source) {
  if (!has_cost(record))
    throw InputError(fmt::format("{}: results: expected a finished epoch with quantized jobs, found none", source));
  const std::map<std::string, std::size_t> index_of = record::layer_indices(record);
  std::map<std::pair<Bits, Bits>, double> macs;
  double all = 0;
  for (const record::EpochResult& epoch : record.epochs)
    for (const record::StepJob& job : record.jobs) {
      const gemm::JobShape shape = record::job_shape(job, epoch.bits.at(index_of.at(job.layer)));
      const auto count = static_cast<double>(shape.macs());
      macs[std::minmax(shape.a.bits, shape.b.bits)] += count;
      all += count;
    }
  std::vector<PairShare> mix;
  for (const auto& [pair, count] : macs) mix.push_back({pair.first, pair.second, count / all});
  return mix;
}

double pair_rate(const timing::HardwarePoint& point, Bits narrow, Bits wide) {
  return timing::macs_per_cycle(point, {narrow, true}, {wide, true}) * static_cast<double>(point.rows * point.cols);
}

double mix_rate(const timing::HardwarePoint& point, const std::vector<PairShare>& mix) {
  double cycles = 0;
  for (const PairShare& pair : mix) cycles += pair.share / pair_rate(point, pair.narrow, pair.wide);
  return 1 / cycles;
}

double bram36_of(const timing::HardwarePoint& point) {
  const timing::GridElement& grid = timing::pe_formats(point.pe).grid;
  return std::ceil(32.0 * static_cast<double>(point.rows * grid.a_words) / kBramBits) +
         std::ceil(32.0 * static_cast<double>(point.cols * grid.b_words) / kBramBits);
}

std::vector<Fill> fill_device(const std::vector<timing::HardwarePoint>& points, const std::vector<PairShare>& mix,
                              const Budget& budget, LutCount count) {
  std::vector<Needs> needs;
  std::vector<double> rates;
  for (const timing::HardwarePoint& point : points) {
    needs.push_back(as_array(needs_of(point, count)));
    rates.push_back(mix_rate(point, mix));
  }
  std::vector<double> best(points.size(), 0.0);
  double best_rate = 0;
  for (const std::vector<int>& kinds : subsets(static_cast<int>(points.size()), kResources))
    for (const std::vector<int>& resources : subsets(kResources, kResources)) {
      if (kinds.size() != resources.size()) continue;
      const std::vector<double> counts = corner(needs, as_array(budget), kinds, resources);
      if (counts.empty() || !fits(counts, needs, as_array(budget))) continue;
      double rate = 0;
      for (std::size_t kind = 0; kind < counts.size(); ++kind) rate += counts[kind] * rates[kind];
      if (rate <= best_rate) continue;
      best_rate = rate;
      best = counts;
    }
  std::vector<Fill> fills;
  for (std::size_t kind = 0; kind < points.size(); ++kind) fills.push_back({points[kind], std::max(best[kind], 0.0)});
  return fills;
}

double pair_rate(const std::vector<Fill>& fills, Bits narrow, Bits wide) {
  return sum_of(fills, [&](const timing::HardwarePoint& point) { return pair_rate(point, narrow, wide); });
}

double mix_rate(const std::vector<Fill>& fills, const std::vector<PairShare>& mix) {
  return sum_of(fills, [&](const timing::HardwarePoint& point) { return mix_rate(point, mix); });
}

Budget used(const std::vector<Fill>& fills, LutCount count) {
  Budget sum;
  for (const Fill& fill : fills) {
    const Budget one = needs_of(fill.point, count);
    sum.lut += fill.count * one.lut;
    sum.dsp48e1 += fill.count * one.dsp48e1;
    sum.bram36 += fill.count * one.bram36;
  }
  return sum;
}

}  // namespace ampa::cost
