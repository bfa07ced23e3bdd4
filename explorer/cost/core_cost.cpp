#include "cost/core_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "common/ceil_div.h"
#include "common/error.h"
#include "cost/cycles.h"
#include "cost/run_cost.h"
#include "timing/scratchpad_traffic.h"

namespace ampa::cost {
namespace {

CoreSum cost_job(const timing::CoreConfig& config, const timing::MemorySettings& memory, const gemm::JobGeometry& job,
                 std::optional<timing::CodeResults> codes) {
  const timing::JobPlan plan = timing::plan_job(config, job, memory, codes);
  const timing::CoreRun run = timing::core_cycles(plan, memory);
  const gemm::JobShape shape = job.shape();
  CoreSum sum;
  sum.cycles = run.cycles;
  sum.bytes_read = run.bytes_read;
  sum.bytes_written = run.bytes_written;
  sum.macs = shape.macs();
  sum.events.macs[width_pair(shape.a.bits, shape.b.bits)] = static_cast<double>(sum.macs);
  sum.events.scratchpad_bytes = timing::scratchpad_bytes(plan);
  sum.events.memory_bytes = static_cast<double>(run.bytes_read) + static_cast<double>(run.bytes_written);
  const timing::HardwarePoint& point = config.point;
  const double rate = timing::macs_per_cycle(point, shape.a, shape.b) * static_cast<double>(point.rows * point.cols);
  sum.peak_cycles = static_cast<double>(sum.macs) / rate;
  sum.brick_cycles = timing::utilisation(point, shape.a, shape.b) * static_cast<double>(run.cycles.compute);
  return sum;
}

// The costs of a step's jobs on one core, each distinct one counted once.
class JobCosts {
 public:
  JobCosts(const std::vector<record::StepJob>& jobs, const timing::CoreConfig& config,
           const timing::MemorySettings& memory, Results results)
      : jobs_(jobs), config_(config), memory_(memory), results_(results), index_of_(jobs.size()) {
    std::map<std::tuple<gemm::Pass, std::int64_t, gemm::JobGeometry>, std::size_t> shapes;
    for (std::size_t j = 0; j < jobs.size(); ++j) {
      const gemm::Pass pass = jobs[j].pass;
      index_of_[j] =
          shapes.try_emplace({pass, jobs[j].keep_one_in, gemm::job_geometry(*jobs[j].shape, pass, {})}, shapes.size())
              .first->second;
    }
    known_.resize(shapes.size());
  }

  const CoreSum& operator()(std::size_t job, allocate::LayerBits bits) {
    const gemm::JobShape shape = record::job_shape(jobs_[job], bits);
    auto& known = known_[index_of_[job]][width_pair(shape.a.bits, shape.b.bits)];
    if (known) return *known;
    const gemm::JobGeometry geometry = record::job_geometry(jobs_[job], bits);
    known =
        std::make_unique<CoreSum>(cost_job(config_, memory_, geometry, codes_of(jobs_[job].pass, geometry, results_)));
    return *known;
  }

 private:
  using ByWidths = std::array<std::unique_ptr<CoreSum>, kNumWidthPairs>;
  const std::vector<record::StepJob>& jobs_;
  const timing::CoreConfig& config_;
  const timing::MemorySettings& memory_;
  Results results_;
  std::vector<std::size_t> index_of_;
  std::vector<ByWidths> known_;
};

// The jobs of a step with another number of images.
std::vector<record::StepJob> with_batch(std::vector<record::StepJob> jobs, std::int64_t batch_size) {
  for (record::StepJob& job : jobs) {
    job.shape = gemm::with_images(*job.shape, batch_size);
    const gemm::JobShape shape = gemm::job_geometry(*job.shape, job.pass, {}).shape();
    job.m = shape.m;
    job.n = shape.n;
    job.k = shape.k;
    job.batch = shape.batch;
  }
  return jobs;
}

void check_record(const record::RunRecord& record, const CoreCostOptions& options, const std::string& source) {
  if (!has_cost(record))
    throw InputError(fmt::format("{}: results: expected a finished epoch with quantized jobs, found none", source));
  for (const record::StepJob& job : record.jobs)
    if (!job.shape)
      throw InputError(
          fmt::format("{}: results.jobs: expected the convolution of every job, found none at layer '{}' "
                      "(a record of an older version; resume the run to complete it)",
                      source, job.layer));
  for (const std::string& layer : options.layers)
    if (std::none_of(record.layers.begin(), record.layers.end(),
                     [&](const auto& known) { return known.name == layer; }))
      throw InputError(fmt::format("--layers: expected names of quantized layers of {}, found '{}'", source, layer));
}

// Steps [first, last] of a run that fall into each epoch.
std::vector<std::int64_t> steps_of_epochs(std::int64_t num_epochs, std::int64_t steps_per_epoch, std::int64_t first,
                                          std::int64_t last) {
  std::vector<std::int64_t> steps;
  for (std::int64_t epoch = 0; epoch < num_epochs; ++epoch) {
    const std::int64_t begin = std::max(first, epoch * steps_per_epoch);
    const std::int64_t end = std::min(last + 1, (epoch + 1) * steps_per_epoch);
    steps.push_back(std::max<std::int64_t>(0, end - begin));
  }
  return steps;
}

// One entry a layer.
void add_refused(std::vector<RefusedLayer>& refused, const std::string& layer, const std::string& reason) {
  const auto known =
      std::find_if(refused.begin(), refused.end(), [&](const auto& entry) { return entry.layer == layer; });
  if (known == refused.end())
    refused.push_back({layer, reason});
  else
    known->reason += "; " + reason;
}

void leave_out_refused(CoreCost& cost, const CoreCostOptions& options, const std::string& source) {
  if (cost.refused.empty()) return;
  if (!options.skip_refused || cost.refused.size() == cost.layers.size())
    throw InputError(fmt::format("{}: expected layers that the core runs, found {} of {} refused: {}", source,
                                 cost.refused.size(), cost.layers.size(), to_words(cost.refused)));
  for (const RefusedLayer& refused : cost.refused)
    cost.layers.erase(std::find_if(cost.layers.begin(), cost.layers.end(),
                                   [&](const CoreLayerCost& layer) { return layer.layer == refused.layer; }));
}

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace

std::string to_words(const std::vector<RefusedLayer>& refused) {
  std::string text;
  for (const RefusedLayer& entry : refused)
    text += fmt::format("{}layer '{}': {}", text.empty() ? "" : "; ", entry.layer, entry.reason);
  return text;
}

const char* to_string(Results results) {
  return results == Results::kCodes ? "codes" : "sums";
}

std::optional<timing::CodeResults> codes_of(gemm::Pass pass, const gemm::JobGeometry& job, Results results) {
  if (results == Results::kSums || pass == gemm::Pass::kWeightGradient) return std::nullopt;
  const bool is_forward = pass == gemm::Pass::kForward;
  return timing::CodeResults{job.a.format.bits, !is_forward, is_forward};
}

std::int64_t steps_per_epoch(const record::RunRecord& record, const CoreCostOptions& options) {
  if (!options.batch_size) return record.steps_per_epoch;
  return ceil_div(record.steps_per_epoch * gemm::num_images(*record.jobs.front().shape), *options.batch_size);
}

timing::HardwarePoint int8_point(timing::HardwarePoint point) {
  point.pe = timing::Pe::kInt8;
  point.form = timing::Form::kSynthesised;
  point.name = timing::name_of(point);
  return point;
}

double CoreSum::mapping_utilisation() const {
  return ratio(peak_cycles, static_cast<double>(cycles.compute));
}
double CoreSum::brick_utilisation() const {
  return ratio(brick_cycles, static_cast<double>(cycles.compute));
}
double CoreSum::overall_utilisation() const {
  return ratio(peak_cycles, static_cast<double>(cycles.total()));
}

void CoreSum::add(const CoreSum& other, std::int64_t times) {
  const auto add_count = [&](std::int64_t& sum, std::int64_t count, const char* what) {
    sum = checked_add(sum, checked_mul(count, times, what), what);
  };
  cycles.add(other.cycles, times);
  add_count(bytes_read, other.bytes_read, "bytes read");
  add_count(bytes_written, other.bytes_written, "bytes written");
  add_count(macs, other.macs, "MACs");
  peak_cycles += other.peak_cycles * static_cast<double>(times);
  brick_cycles += other.brick_cycles * static_cast<double>(times);
  events.add(other.events, static_cast<double>(times));
}

double CoreCost::cycles_reduction_percent() const {
  return reduction_percent(total.cycles.total(), int8_total.cycles.total());
}

CoreCost cost_on_core(const record::RunRecord& record, const timing::CoreConfig& config,
                      const timing::MemorySettings& memory, const CoreCostOptions& options,
                      const std::string& source) try {
  check_record(record, options, source);
  std::vector<record::StepJob> jobs = record.jobs;
  if (options.batch_size) jobs = with_batch(jobs, *options.batch_size);
  const auto num_epochs = static_cast<std::int64_t>(record.epochs.size());
  const std::int64_t epoch_steps = steps_per_epoch(record, options);
  const std::int64_t end = options.last_step ? *options.last_step : num_epochs * epoch_steps - 1;
  if (options.first_step > end || end >= num_epochs * epoch_steps)
    throw InputError(fmt::format("--steps: expected FIRST <= LAST < {}, the steps of {}, found {}..{}",
                                 num_epochs * epoch_steps, source, options.first_step, end));
  const std::vector<std::int64_t> steps = steps_of_epochs(num_epochs, epoch_steps, options.first_step, end);

  timing::CoreConfig fixed_config = config;
  fixed_config.point = int8_point(config.point);
  JobCosts costs(jobs, config, memory, options.results), fixed_costs(jobs, fixed_config, memory, options.results);
  CoreCost cost;
  cost.config = config;
  cost.memory = memory;
  cost.results = options.results;
  for (const std::int64_t count : steps) cost.num_steps += count;
  std::map<std::string, std::size_t> slot_of;
  for (std::size_t i = 0; i < record.layers.size(); ++i) {
    const std::string& name = record.layers[i].name;
    const bool wanted =
        options.layers.empty() || std::find(options.layers.begin(), options.layers.end(), name) != options.layers.end();
    if (wanted) slot_of[name] = cost.layers.size(), cost.layers.push_back({name, {}, {}, {}});
  }
  const std::map<std::string, std::size_t> index_of = record::layer_indices(record);
  for (std::size_t j = 0; j < jobs.size(); ++j) {
    const auto slot = slot_of.find(jobs[j].layer);
    if (slot == slot_of.end()) continue;
    CoreLayerCost& layer = cost.layers[slot->second];
    const gemm::Pass pass = jobs[j].pass;
    const std::size_t bits_index = index_of.at(jobs[j].layer);
    try {
      for (std::size_t e = 0; e < record.epochs.size(); ++e)
        if (steps[e] > 0) layer.passes[pass].add(costs(j, record.epochs[e].bits.at(bits_index)), steps[e]);
      layer.int8[pass].add(costs(j, {8, 8, 8}), cost.num_steps);
      layer.fixed[pass].add(fixed_costs(j, {8, 8, 8}), cost.num_steps);
    } catch (const InputError& error) {
      add_refused(cost.refused, layer.layer, fmt::format("{}: {}", gemm::to_string(pass), error.what()));
    }
  }
  leave_out_refused(cost, options, source);
  for (const CoreLayerCost& layer : cost.layers) {
    cost.total.add(layer.passes.total(), 1);
    cost.int8_total.add(layer.int8.total(), 1);
    cost.fixed_total.add(layer.fixed.total(), 1);
  }
  return cost;
} catch (const OverflowError&) {
  throw InputError(fmt::format("{}: results: expected a run whose cycles fit 63 bits, found a longer one", source));
}

CoreCost cost_on_core(const record::RunRecord& record, const std::string& point, const CoreChoice& core,
                      const CoreCostOptions& options, const std::string& source) {
  return cost_on_core(record, timing::core_from_string(point + ":" + core.scratchpads),
                      timing::memory_from_string(core.memory), options, source);
}

Json to_json(const CoreSum& sum) {
  Json json = ampa::to_json(sum.cycles);
  json.update({{"read_bytes", sum.bytes_read},
               {"written_bytes", sum.bytes_written},
               {"num_macs", sum.macs},
               {"mapping_utilisation_percent", 100 * sum.mapping_utilisation()},
               {"brick_utilisation_percent", 100 * sum.brick_utilisation()},
               {"overall_utilisation_percent", 100 * sum.overall_utilisation()}});
  return json;
}

Json to_json(const CoreCost& cost) {
  Json json;
  json["core"] = timing::name_of(cost.config);
  json["memory"] = timing::to_json(cost.memory);
  json["results"] = to_string(cost.results);
  json["num_steps"] = cost.num_steps;
  json["total"] = to_json(cost.total);
  json["int8_total"] = to_json(cost.int8_total);
  json["fixed_int8_total"] = to_json(cost.fixed_total);
  json["cycles_reduction_percent"] = cost.cycles_reduction_percent();
  json["refused"] = Json::array();
  for (const RefusedLayer& entry : cost.refused)
    json["refused"].push_back({{"layer", entry.layer}, {"reason", entry.reason}});
  json["layers"] = Json::array();
  for (const CoreLayerCost& layer : cost.layers)
    json["layers"].push_back({{"layer", layer.layer},
                              {"cycles", to_json(layer.passes)},
                              {"int8_cycles", to_json(layer.int8)},
                              {"fixed_int8_cycles", to_json(layer.fixed)}});
  return json;
}

}  // namespace ampa::cost
