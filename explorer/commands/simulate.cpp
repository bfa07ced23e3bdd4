// `ampa simulate`: the cycles of a recorded run, or of a network of SCALE-Sim, on an array.
#include <fmt/format.h>

#include <memory>

#include "commands/backends.h"
#include "commands/call.h"
#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/record_file.h"
#include "commands/simulate_core.h"
#include "commands/simulate_topology.h"
#include "common/error.h"
#include "cost/array_run.h"
#include "cost/core_check.h"
#include "cost/cycles.h"
#include "cost/run_cost.h"
#include "gemm/cpu_backend.h"
#include "record/context.h"
#include "tlm/core/core_backend.h"
#include "trace/recorder.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kLastEpoch = -1;
constexpr int kCyclesWidth = 16;

struct Flags {
  MachineFlags machine;
  CoreFlags core;
  std::vector<std::string> layers;
  std::string steps, results;
  std::int64_t batch_size = 0;
  std::string energy;  // file of an energy table
  std::int64_t cross_check = 0;
  std::string wave;      // a VCD file
  std::string failures;  // where the trace of a difference goes
  TopologyFlags topology;
  GivenFlags given;
  std::string record, point, backend;
  std::int64_t epoch = kLastEpoch, jobs = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

std::int64_t epoch_index(const Flags& flags, const record::RunRecord& record) {
  const auto num_epochs = static_cast<std::int64_t>(record.epochs.size());
  if (flags.epoch == kLastEpoch) return num_epochs - 1;
  if (flags.epoch >= num_epochs)
    throw InputError(fmt::format("--epoch: expected an integer in [0, {}], the epochs of {}, found {}", num_epochs - 1,
                                 flags.record, flags.epoch));
  return flags.epoch;
}

cost::ArrayRun run_array(const Flags& flags, const record::RunRecord& record, const timing::HardwarePoint& point,
                         ThreadPool& threads) {
  const std::unique_ptr<gemm::Backend> array = make_backend(flags.backend, flags.point, {}, threads);
  gemm::CpuBackend expected(threads);
  ProgressLine progress;
  cost::ArrayRunOptions options;
  options.epoch = epoch_index(flags, record);
  options.max_jobs = flags.jobs;
  options.seed = flags.seed;
  options.source = flags.record;
  options.on_progress = [&](std::int64_t done, std::int64_t total) {
    progress.show(fmt::format("{}: job {} of {}", flags.backend, done, total));
  };
  return cost::run_on_array(record, point, *array, expected, options);
}

std::string cycles_words(const std::string& name, const CycleCounts& cycles, const CycleCounts& int8) {
  return fmt::format("{:<22}{} {:>16} {:>8.2f}\n", name, cycle_columns(cycles, kCyclesWidth), int8.total(),
                     cost::reduction_percent(cycles.total(), int8.total()));
}

void print_words(const cost::RunCost& cost) {
  print(fmt::format("{}: {} x {} processing elements, {} training steps\n\n", cost.point.name, cost.point.rows,
                    cost.point.cols, cost.num_steps));
  print(fmt::format("{:<22}{} {:>16} {:>8}\n", "layer, pass", cycle_heads(kCyclesWidth), "cycles at INT8", "saved %"));
  for (const cost::LayerCost& layer : cost.layers)
    for (const gemm::Pass pass : cost::kPasses)
      if (layer.cycles[pass].total() > 0)
        print(cycles_words(fmt::format("{} {}", layer.layer, gemm::to_string(pass)), layer.cycles[pass],
                           layer.int8[pass]));
  print(cycles_words("total", cost.total, cost.int8_total));
}

void print_array(const cost::ArrayRun& run, const std::string& backend) {
  print(fmt::format(
      "\n{}: ran {} of the {} distinct jobs of a step of epoch {} (the step has {} jobs) with random operands: "
      "{} MACs; {}; sums equal to the cpu's and cycles equal to the closed form in every job\n",
      backend, run.num_jobs, run.num_distinct_jobs, run.epoch, run.num_step_jobs, run.num_macs, to_words(run.cycles)));
}

Json config_json(const Flags& flags) {
  const bool analytic = flags.backend == "analytic";
  return {
      {"record", flags.record},   {"point", flags.point},
      {"backend", flags.backend}, {"epoch", analytic || flags.epoch == kLastEpoch ? Json(nullptr) : Json(flags.epoch)},
      {"jobs", flags.jobs},       {"seed", flags.seed}};
}

Json core_config_json(const Flags& flags) {
  Json config = config_json(flags);
  config["memory"] = flags.core.memory;
  config["scratchpads"] = flags.core.scratchpads;
  config["layers"] = flags.layers;
  config["steps"] = flags.steps;
  config["results"] = flags.results;
  config["energy"] = flags.energy;
  config["batch_size"] = flags.batch_size > 0 ? Json(flags.batch_size) : Json(nullptr);
  return config;
}

// Jobs of the record on the simulated core; the job of a difference is left as a trace that replays.
cost::CoreCheck cross_check(const Flags& flags, const record::RunRecord& record, const cost::CoreCostOptions& costed) {
  if (flags.backend != "tlm" && flags.backend != "rtl")
    throw InputError(fmt::format("--backend: expected tlm or rtl with --cross-check, found \"{}\"", flags.backend));
  if (costed.results == cost::Results::kCodes)
    throw InputError("--cross-check: expected with --results sums only, found codes");
  ThreadPool threads(flags.machine.apply());
  tlm::CoreBackend core(flags.core.config(flags.point), flags.core.settings(),
                        flags.backend == "rtl" ? tlm::CoreKind::kRtl : tlm::CoreKind::kTlm);
  core.set_wave_path(flags.wave);
  gemm::CpuBackend expected(threads);
  ProgressLine progress;
  cost::CoreCheckOptions options;
  options.num_jobs = flags.cross_check;
  options.layers = flags.layers;
  options.first_epoch = costed.first_step / cost::steps_per_epoch(record, costed);
  if (costed.last_step) options.last_epoch = *costed.last_step / cost::steps_per_epoch(record, costed);
  options.seed = flags.seed;
  options.on_progress = [&](std::int64_t done, std::int64_t total) {
    progress.show(fmt::format("{}: job {} of {}", flags.backend, done, total));
  };
  options.on_difference = [&](const gemm::GemmJob& job, const gemm::Accumulators& sums) {
    const std::filesystem::path folder = std::filesystem::path(flags.failures) / "cross-check-failure";
    trace::Writer writer(folder, job.step);
    writer.add_job(job, sums);
    writer.finish({{"core", timing::name_of(flags.core.config(flags.point))}, {"memory", flags.core.memory}});
    notice(fmt::format("the job is in {} (ampa trace replay {} --backend {} --point {} --scratchpads {} --memory {})",
                       folder.string(), folder.string(), flags.backend, flags.point, flags.core.scratchpads,
                       flags.core.memory));
  };
  return cost::check_on_core(record, flags.core.config(flags.point), flags.core.settings(), core, expected, options);
}

void run_with_memory(const Flags& flags, const record::RunRecord& record) {
  cost::CoreCostOptions options;
  options.layers = flags.layers;
  if (!flags.steps.empty()) parse_steps(flags.steps, options);
  if (flags.batch_size > 0) options.batch_size = flags.batch_size;
  if (flags.results == "codes") options.results = cost::Results::kCodes;
  options.skip_refused = true;
  std::optional<cost::EnergyTable> energy;
  if (!flags.energy.empty()) energy = cost::read_energy_table(flags.energy);
  const cost::CoreCost cost =
      cost::cost_on_core(record, flags.core.config(flags.point), flags.core.settings(), options, flags.record);
  if (energy)
    for (const cost::CoreSum& sum : {cost.total, cost.int8_total}) cost::check_costs(sum.events, *energy);
  std::optional<cost::CoreCheck> check;
  if (flags.cross_check > 0 && cost.refused.empty()) check = cross_check(flags, record, options);
  if (flags.json) {
    Json results = cost::to_json(cost);
    results["cross_check"] = check ? cost::to_json(*check) : Json(nullptr);
    results["energy"] = energy ? energy_json(cost, *energy) : Json(nullptr);
    print_json({{"schema_version", 1},
                {"context", record::make_context(flags.machine.apply())},
                {"config", core_config_json(flags)},
                {"results", results}});
  } else {
    print_core_cost(cost);
    if (check) print_check(*check, flags.backend);
    if (energy) print_energy(cost, *energy);
  }
  if (cost.refused.empty()) return;
  flush_output();
  throw InputError(fmt::format("{}: expected layers that the core runs, found {} refused, which are left out: {}",
                               flags.record, cost.refused.size(), cost::to_words(cost.refused)));
}

void check_source(const Flags& flags) {
  if (flags.record.empty() == flags.topology.topology.empty())
    throw InputError(fmt::format("--record, --topology: expected exactly one of them, found {}",
                                 flags.record.empty() ? "none" : "both"));
}

Flags flags_of(const Call& call) {
  Flags flags;
  flags.machine = machine_flags(call);
  flags.core = core_flags(call);
  flags.layers = call.texts("layers");
  flags.steps = call.text("steps");
  flags.results = call.text("results");
  flags.batch_size = call.integer_or("batch_size", 0);
  flags.energy = call.text("energy");
  flags.cross_check = call.integer_or("cross_check", 0);
  flags.wave = call.text("wave");
  flags.failures = call.text("failures");
  flags.topology.topology = call.text("topology");
  flags.topology.csv = call.text("csv");
  flags.topology.scale_sim_config = call.text("scale_sim_config");
  flags.topology.bits = settings::widths_from_texts(call.texts("bits"), "--bits");
  flags.topology.passes = call.texts("passes");
  flags.topology.no_header = call.is_on("no_header");
  flags.topology.batch_size = call.integer_or("batch_size", 1);
  if (call.has("point")) flags.given.point = call.text("point");
  if (call.has("scratchpads")) flags.given.scratchpads = call.text("scratchpads");
  flags.record = call.text("record");
  flags.point = call.text("point");
  flags.backend = call.text("backend");
  flags.epoch = call.integer_or("epoch", kLastEpoch);
  flags.jobs = call.integer("jobs");
  flags.seed = call.unsigned_integer("seed");
  flags.json = call.is_on("json");
  return flags;
}

void run(const Flags& flags) {
  check_source(flags);
  if (!flags.topology.topology.empty()) {
    simulate_topology(flags.topology, flags.point, flags.given, flags.core, flags.json);
    return;
  }
  if (flags.core.has_memory()) return run_with_memory(flags, read_record_with_convolutions(flags.record));
  const timing::HardwarePoint point = timing::point_from_string(flags.point);
  const record::RunRecord record = record::read_record(flags.record);
  const cost::RunCost cost = cost::cost_run(record, point, flags.record);
  ThreadPool threads(flags.machine.apply());
  std::optional<cost::ArrayRun> array;
  if (flags.backend != "analytic") array = run_array(flags, record, point, threads);
  if (flags.json) {
    Json results = cost::to_json(cost);
    results["array"] = array ? cost::to_json(*array) : Json(nullptr);
    print_json({{"schema_version", 1},
                {"context", record::make_context(threads.num_threads())},
                {"config", config_json(flags)},
                {"results", results}});
  } else {
    print_words(cost);
    if (array) print_array(*array, flags.backend);
  }
}

}  // namespace

void add_simulate(CLI::App& app) {
  add_command(app, "simulate", [](const Call& call) { run(flags_of(call)); });
}

}  // namespace ampa::commands
