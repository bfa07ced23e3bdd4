#include "cost/mac_rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/error.h"
#include "cost/run_cost.h"

namespace ampa::cost {

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

double run_rate(const timing::HardwarePoint& point, const record::RunRecord& record, const std::string& source) {
  const RunCost cost = cost_run(record, point, source);
  double step_macs = 0;
  for (const record::StepJob& job : record.jobs)
    step_macs += static_cast<double>(record::job_shape(job, {8, 8, 8}).macs());
  return step_macs * static_cast<double>(cost.num_steps) / static_cast<double>(cost.total.total());
}

}  // namespace ampa::cost
