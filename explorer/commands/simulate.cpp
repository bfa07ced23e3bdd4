// `ampa simulate`: the cycles of a recorded run, or of a network of SCALE-Sim, on an array.
#include <fmt/format.h>

#include <memory>

#include "commands/backends.h"
#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/flag_checks.h"
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
#include "tlm_platform/core_backend.h"
#include "trace/recorder.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kLastEpoch = -1;
constexpr int kCyclesWidth = 16;

struct Flags {
  MachineFlags machine;
  CoreFlags core;
  std::vector<std::string> layers;
  std::string steps, results = "sums";
  std::int64_t batch_size = 0;
  std::string energy;  // file of an energy table
  std::int64_t cross_check = 0;
  std::string wave;            // a VCD file
  std::string failures = ".";  // where the trace of a difference goes
  TopologyFlags topology;
  GivenFlags given;
  std::string record, point = kDefaultPoint, backend = "analytic";
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
  if (flags.backend != "tlm" && flags.backend != "rtl")
    throw InputError(fmt::format("--backend: expected one of analytic, tlm, rtl, found \"{}\"", flags.backend));
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
  systemc::CoreBackend core(flags.core.config(flags.point), flags.core.settings(),
                            flags.backend == "rtl" ? systemc::CoreKind::kRtl : systemc::CoreKind::kTlm);
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
    writer.finish({{"core", platform::name_of(flags.core.config(flags.point))}, {"memory", flags.core.memory}});
    notice(fmt::format("the job is in {} (ampa trace replay {} --backend {} --point {} --scratchpads {} --memory {})",
                       folder.string(), folder.string(), flags.backend, flags.point, flags.core.scratchpads,
                       flags.core.memory));
  };
  return cost::check_on_core(record, flags.core.config(flags.point), flags.core.settings(), core, expected, options);
}

void run_with_memory(const Flags& flags, const record::RunRecord& record) {
  if (flags.epoch != kLastEpoch || flags.jobs != 0)
    throw InputError("--epoch, --jobs: expected without --memory, found with it (--steps, --cross-check)");
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
  if (flags.topology.topology.empty()) flags.topology.check_unused();
  if (!flags.topology.topology.empty() && flags.backend != "analytic")
    throw InputError(fmt::format("--backend: expected analytic with --topology, found \"{}\"", flags.backend));
}

void run(const Flags& flags) {
  check_source(flags);
  if (!flags.topology.topology.empty()) {
    TopologyFlags topology = flags.topology;
    if (flags.batch_size > 0) topology.batch_size = flags.batch_size;
    simulate_topology(topology, flags.point, flags.given, flags.core, flags.json);
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
  CLI::App* command = app.add_subcommand(
      "simulate", "Cost a recorded run, or a topology of SCALE-Sim, on a hardware point, without training");
  const auto flags = std::make_shared<Flags>();
  flags->machine.add(*command);
  command->add_option("--record", flags->record, "record.json of a run");
  flags->topology.add(*command);
  command->add_option("--point", flags->point, "Name of `ampa list points`, or any size as PE[-ws]-ROWSxCOLS")
      ->capture_default_str();
  command
      ->add_option("--backend", flags->backend,
                   "analytic: the closed form; tlm, rtl: also run the jobs of a step on the array and compare")
      ->capture_default_str();
  command
      ->add_option("--epoch", flags->epoch,
                   "Of tlm and rtl: the epoch (from 0) whose widths the step has (default: last)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--jobs", flags->jobs, "Of tlm and rtl: the first so many distinct jobs only (0: all)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--seed", flags->seed, "Of tlm and rtl: of the operands")->check(is_seed());
  flags->core.add(*command);
  command->add_option("--layers", flags->layers, "With --memory: these quantized layers only")->delimiter(',');
  command->add_option("--steps", flags->steps, "With --memory: these training steps only, FIRST..LAST from 0");
  command
      ->add_option("--results", flags->results,
                   "With --memory: results of forward passes and activation gradients leave as sums, or as codes as "
                   "wide as the layer's activations and gradients")
      ->check(CLI::IsMember({"sums", "codes"}))
      ->capture_default_str();
  command->add_option(
      "--energy", flags->energy,
      "With --memory: a JSON table of picojoules per MAC of each width, scratchpad byte and memory byte");
  command
      ->add_option(
          "--cross-check", flags->cross_check,
          "With --memory: run so many random jobs of the record on the core (--backend tlm or rtl) and compare sums "
          "and cycles; exit 3 if one differs")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--wave", flags->wave, "With --cross-check: a .vcd file for the wave of the last job");
  command
      ->add_option("--failures", flags->failures, "With --cross-check: the folder for the trace of a job that differs")
      ->capture_default_str();
  command->add_option("--batch-size", flags->batch_size, "With --memory or --topology: of this batch size")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20));
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags, command] {
    if (command->get_option("--point")->count() > 0) flags->given.point = flags->point;
    if (command->get_option("--scratchpads")->count() > 0) flags->given.scratchpads = flags->core.scratchpads;
    run(*flags);
  });
}

}  // namespace ampa::commands
