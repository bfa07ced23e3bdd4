// `ampa verify`: the RTL of every point and unit against the reference.
#include "verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "commands/backends.h"
#include "commands/call.h"
#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/verify_report.h"
#include "commands/verify_trace.h"
#include "commands/verify_workers.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "record/context.h"
#include "trace/trace.h"
#include "verify/stream_file.h"
#include "verify/verify_units.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kQuickJobs = 100, kFullJobs = 1000, kJobsPerUnitRound = 50;
const char* const kRecordedStep = "traces/tinyresnet_step";

struct Flags {
  std::vector<std::string> points, units, traces;
  bool all = false, quick = false, json = false;
  std::int64_t jobs = -1, macs = 0;
  std::uint64_t seed = 1;
  int processes = 0;
  std::string html, failures, stream, worker_report;
};

std::int64_t num_random(const Flags& flags) {
  if (flags.jobs >= 0) return flags.jobs;
  return flags.quick ? kQuickJobs : kFullJobs;
}

// The traces that were asked for, or the one of the source tree if the command runs there.
std::vector<std::string> trace_folders(const Flags& flags) {
  if (!flags.traces.empty()) return flags.traces;
  if (std::filesystem::exists(std::string(kRecordedStep) + "/index.json")) return {kRecordedStep};
  return {};
}

verify::RecordedJobs recorded_jobs(const std::string& folder) {
  const auto trace = std::make_shared<trace::Trace>(trace::read(folder));
  return {"trace " + folder, static_cast<std::int64_t>(trace->jobs.size()), [trace](std::int64_t index) {
            trace::LoadedJob loaded = trace::load_job(*trace, static_cast<std::size_t>(index));
            auto generated = std::make_unique<verify::GeneratedJob>();
            generated->a = std::move(*loaded.a);
            generated->b = std::move(*loaded.b);
            generated->job = loaded.job;
            generated->job.a.tensor = &generated->a;
            generated->job.b.tensor = &generated->b;
            generated->name = fmt::format("{} {}", loaded.job.layer, gemm::to_string(loaded.job.pass));
            generated->recorded = std::move(loaded.expected);
            return generated;
          }};
}

// All elements of all points of one kind are alike: a quick run tries all pairs of codes on the largest.
bool is_largest_of_kind(const timing::HardwarePoint& point) {
  const std::vector<timing::HardwarePoint>& points = timing::design_points();
  return std::none_of(points.begin(), points.end(), [&](const timing::HardwarePoint& other) {
    return other.verilated && other.pe == point.pe && other.dataflow == point.dataflow && other.form == point.form &&
           other.rows * other.cols > point.rows * point.cols;
  });
}

Json verify_point(const std::string& name, const Flags& flags) {
  const timing::HardwarePoint point = timing::point_from_string(name);
  verify::VerifyOptions options;
  options.num_random = num_random(flags);
  options.exhaustive = !flags.quick || is_largest_of_kind(point);
  options.min_large_macs = flags.macs;
  options.seed = flags.seed;
  for (const std::string& folder : trace_folders(flags)) options.recorded.push_back(recorded_jobs(folder));
  ProgressLine progress;
  options.on_progress = [&](const std::string& stage, std::int64_t done, std::int64_t total) {
    progress.show(fmt::format("{}: {}, {} of {}", name, stage, done, total));
  };
  const verify::VerifyReport report = verify::verify(point, options);
  std::filesystem::path trace;
  if (report.failure) trace = write_failure_trace(flags.failures, name, *report.failure);
  return to_json(report, trace);
}

std::vector<VerifyTarget> targets_of(const Flags& flags) {
  std::vector<VerifyTarget> targets;
  for (const std::string& point : flags.points) targets.push_back({"--point", point});
  if (flags.all)
    for (const timing::HardwarePoint& point : timing::design_points())
      if (point.verilated) targets.push_back({"--point", point.name});
  for (const std::string& unit : flags.units) targets.push_back({"--unit", unit});
  if (flags.all)
    for (const rtl::UnitCheck& check : rtl::unit_checks()) targets.push_back({"--unit", check.name});
  if (targets.empty()) targets.push_back({"--point", kDefaultPoint});
  return targets;
}

bool is_unit(const VerifyTarget& target) {
  return target.flag == "--unit";
}

// As many streams as a point has scenarios, about.
Json verify_unit(const std::string& name, const Flags& flags) {
  const std::int64_t rounds = std::max<std::int64_t>(1, num_random(flags) / kJobsPerUnitRound);
  const verify::UnitReport report = verify::verify_unit(verify::unit_from_string(name), flags.seed, rounds);
  std::filesystem::path stream;
  if (report.failure) {
    stream = new_failure_path(flags.failures, name, ".json");
    verify::write_failed_stream(stream, name, *report.failure);
  }
  return to_json(report, stream);
}

void replay_stream(const std::string& path) {
  const verify::UnitStream stream = verify::read_stream(path);
  const rtl::UnitVerdict verdict = verify::unit_from_string(stream.unit).run(stream.run.plan());
  print(fmt::format("{}: {}\n", stream.unit, stream.run.words()));
  flush_output();
  if (!verdict.mismatch.empty())
    throw MismatchError(fmt::format("{}: the RTL differs from the reference: {}", stream.unit, verdict.mismatch));
  print("equal\n");
}

Json verify_target(const VerifyTarget& target, const Flags& flags) {
  return is_unit(target) ? verify_unit(target.name, flags) : verify_point(target.name, flags);
}

std::vector<Json> verify_targets(const std::vector<VerifyTarget>& targets, const Flags& flags) {
  if (targets.size() == 1) return {verify_target(targets.front(), flags)};
  const auto arguments_of = [&](const VerifyTarget& target) {
    std::vector<std::string> arguments{"--seed",     std::to_string(flags.seed),
                                       "--jobs",     std::to_string(num_random(flags)),
                                       "--failures", flags.failures};
    if (flags.quick) arguments.push_back("--quick");
    if (is_unit(target)) return arguments;
    arguments.insert(arguments.end(), {"--macs", std::to_string(flags.macs)});
    for (const std::string& trace : flags.traces) arguments.insert(arguments.end(), {"--trace", trace});
    return arguments;
  };
  ProgressLine progress;
  const int processes = flags.processes > 0 ? flags.processes : num_processors();
  return run_workers(targets, arguments_of, processes, [&](std::size_t done) {
    progress.show(fmt::format("{} of {} points and units", done, targets.size()));
  });
}

Json report_json(const std::vector<Json>& results, const Flags& flags) {
  return {{"schema_version", 1},
          {"context", record::make_context(1)},
          {"config",
           {{"quick", flags.quick},
            {"seed", flags.seed},
            {"jobs", num_random(flags)},
            {"macs", flags.macs},
            {"traces", trace_folders(flags)}}},
          {"results", results}};
}

// Failures of the RTL come before holes of the bench.
void throw_for(const std::vector<Json>& results) {
  std::string failed, uncovered;
  for (const Json& result : results) {
    const std::string name = result.at("target");
    if (!result.at("equal").get<bool>()) failed += (failed.empty() ? "" : ", ") + name;
    if (result.at("coverage").at("num_unexplained_holes").get<std::int64_t>() > 0)
      uncovered += (uncovered.empty() ? "" : ", ") + name;
  }
  if (!failed.empty()) throw MismatchError(failed + ": the RTL differs from the reference");
  if (!uncovered.empty()) throw RunError(uncovered + ": the coverage has holes without a reason");
}

// Before any work is started.
void check(const std::vector<VerifyTarget>& targets, const Flags& flags) {
  for (const std::string& folder : flags.traces) trace::read(folder);
  for (const VerifyTarget& target : targets)
    if (is_unit(target))
      verify::unit_from_string(target.name);
    else
      verify::rtl_device(timing::point_from_string(target.name))();
}

Flags flags_of(const Call& call) {
  Flags flags;
  flags.points = call.texts("point");
  flags.units = call.texts("unit");
  flags.traces = call.texts("trace");
  flags.all = call.is_on("all");
  flags.quick = call.is_on("quick");
  flags.json = call.is_on("json");
  flags.jobs = call.integer_or("jobs", -1);
  flags.macs = call.integer("macs");
  flags.seed = call.unsigned_integer("seed");
  flags.processes = static_cast<int>(call.integer("processes"));
  flags.html = call.text("html");
  flags.failures = call.text("failures");
  flags.stream = call.text("stream");
  flags.worker_report = call.text("worker_report");
  return flags;
}

void run(const Flags& flags) {
  if (!flags.stream.empty()) return replay_stream(flags.stream);
  const std::vector<VerifyTarget> targets = targets_of(flags);
  if (!flags.worker_report.empty()) {
    write_json_file(flags.worker_report, verify_target(targets.front(), flags));
    return;
  }
  check(targets, flags);
  if (targets.size() == 1 && flags.processes > 0)
    throw InputError("--processes: acts only with several points or units");
  if (trace_folders(flags).empty()) notice(fmt::format("note: no {} here: no recorded step is run", kRecordedStep));
  const std::vector<Json> results = verify_targets(targets, flags);
  const Json report = report_json(results, flags);
  if (!flags.html.empty()) write_file_atomically(flags.html, verify_html(report));
  if (flags.json) {
    print_json(report);
  } else {
    for (const Json& result : results) print(verify_text(result));
    print(fmt::format("seed {}\n", flags.seed));
  }
  flush_output();
  throw_for(results);
}

}  // namespace

void add_verify(CLI::App& app) {
  add_command(app, "verify", [](const Call& call) { run(flags_of(call)); });
}

}  // namespace ampa::commands
