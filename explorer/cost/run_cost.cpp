#include "cost/run_cost.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "common/error.h"
#include "cost/cycles.h"
#include "timing/point_version.h"

namespace ampa::cost {
namespace {

// timing::job_cycles, remembered.
class JobCosts {
 public:
  explicit JobCosts(const timing::HardwarePoint& point) : point_(point) {}

  CycleCounts operator()(const record::StepJob& job, allocate::LayerBits bits) {
    const gemm::JobShape shape = record::job_shape(job, bits);
    const Key key{shape.batch,  shape.m,           shape.n,      shape.k,
                  shape.a.bits, shape.a.is_signed, shape.b.bits, shape.b.is_signed};
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(key, timing::job_cycles(point_, shape)).first->second;
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, Bits, bool, Bits, bool>;
  const timing::HardwarePoint& point_;
  std::map<Key, CycleCounts> known_;
};

RunCost sum_cycles(const record::RunRecord& record, const timing::HardwarePoint& point) {
  RunCost cost;
  cost.point = point;
  cost.num_steps = record.steps_per_epoch * static_cast<std::int64_t>(record.epochs.size());
  for (const record::QuantizedLayer& layer : record.layers) cost.layers.push_back({layer.name, {}, {}});
  JobCosts job_costs(point);
  const std::map<std::string, std::size_t> index_of = record::layer_indices(record);
  for (const record::EpochResult& epoch : record.epochs) {
    EpochCost epoch_cost{epoch.epoch, {}};
    for (const record::StepJob& job : record.jobs) {
      const std::size_t index = index_of.at(job.layer);
      const CycleCounts cycles = job_costs(job, epoch.bits.at(index));
      const CycleCounts int8 = job_costs(job, {8, 8, 8});
      cost.layers[index].cycles[job.pass].add(cycles, record.steps_per_epoch);
      cost.layers[index].int8[job.pass].add(int8, record.steps_per_epoch);
      epoch_cost.step += cycles;
    }
    cost.epochs.push_back(epoch_cost);
  }
  for (const LayerCost& layer : cost.layers) {
    cost.total += layer.cycles.total();
    cost.int8_total += layer.int8.total();
  }
  for (const CycleCounts& total : {cost.total, cost.int8_total}) total.total();  // fits 63 bits too
  return cost;
}

}  // namespace

double RunCost::cycles_reduction_percent() const {
  return reduction_percent(total.total(), int8_total.total());
}

bool has_cost(const record::RunRecord& record) {
  return !record.jobs.empty() && record.steps_per_epoch > 0 && !record.epochs.empty() &&
         !record.epochs.front().bits.empty();
}

RunCost cost_run(const record::RunRecord& record, const timing::HardwarePoint& point, const std::string& source) {
  if (!has_cost(record))
    throw InputError(fmt::format("{}: results: expected a finished epoch with quantized jobs, found none", source));
  try {
    return sum_cycles(record, point);
  } catch (const OverflowError&) {
    throw InputError(fmt::format(
        "{}: results.steps_per_epoch: expected a run whose cycles fit 63 bits, found {} steps in each of {} epochs",
        source, record.steps_per_epoch, record.epochs.size()));
  }
}

Json to_json(const RunCost& cost) {
  Json json;
  json["point"] = cost.point.name;
  json["point_version"] = timing::version_of(cost.point);
  json["rows"] = cost.point.rows;
  json["cols"] = cost.point.cols;
  json["num_steps"] = cost.num_steps;
  json["total"] = ampa::to_json(cost.total);
  json["int8_total"] = ampa::to_json(cost.int8_total);
  json["cycles_reduction_percent"] = cost.cycles_reduction_percent();
  json["layers"] = Json::array();
  for (const LayerCost& layer : cost.layers)
    json["layers"].push_back(
        {{"layer", layer.layer}, {"cycles", to_json(layer.cycles)}, {"int8_cycles", to_json(layer.int8)}});
  json["epochs"] = Json::array();
  for (const EpochCost& epoch : cost.epochs)
    json["epochs"].push_back({{"epoch", epoch.epoch}, {"step", ampa::to_json(epoch.step)}});
  return json;
}

}  // namespace ampa::cost
