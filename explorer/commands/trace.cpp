// `ampa trace`: record a training step, replay it on any backend.
#include <fmt/format.h>

#include <memory>

#include "commands/backends.h"
#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/stop_signal.h"
#include "commands/train_flags.h"
#include "commands/verify_trace.h"
#include "common/error.h"
#include "common/folder_lock.h"
#include "record/context.h"
#include "trace/recorder.h"
#include "trace/replay.h"
#include "train/trainer.h"
#include "verify/stressed_backend.h"

namespace ampa::commands {
namespace {

struct ReplayFlags {
  MachineFlags machine;
  CoreFlags core;
  std::string folder, backend, point;
  bool json;
};

void record_steps(const Call& call) {
  const train::TrainConfig config = training_settings(call).config;
  const std::string out = call.text("out");
  const std::int64_t step = call.integer("step"), steps = call.integer("steps");
  if (!config.scheme.quantizes())
    throw InputError("scheme: expected a quantized scheme to trace, found \"" + config.scheme.name + "\"");
  ThreadPool threads(machine_flags(call).apply());
  const std::unique_ptr<gemm::Backend> inner =
      make_backend(call.text("backend"), call.text("point"), core_flags(call), threads);
  const FolderLock lock(out);
  trace::Writer writer(out, step, steps);
  trace::RecordingBackend backend(*inner, writer);
  trace::RecordingObserver observer(writer);
  train::TrainOptions options;
  options.backend = &backend;
  options.observer = &observer;
  options.threads = &threads;
  options.max_steps = step + steps;
  options.stop = &watch_stop_signals();
  options.on_start = [&](const train::RunStart& run) {
    if (config.epochs == 0) throw InputError("--epochs: expected at least 1, as steps are recorded, found 0");
    const std::int64_t last = config.epochs * run.steps_per_epoch - 1;
    if (step > last)
      throw InputError(fmt::format("--step: expected a step that the run has, at most {}, found {}", last, step));
    if (steps > last - step + 1)
      throw InputError(
          fmt::format("--steps: expected at most {}, to the end of the run, found {}", last - step + 1, steps));
  };
  options.on_notice = [](const std::string& text) { notice("note: " + text); };
  train::train(config, options);
  if (*options.stop) throw RunError("the recording was interrupted");
  if (writer.num_jobs() == 0) throw InputError(fmt::format("--step: expected a step that the run has, found {}", step));
  Json context = record::make_context(threads.num_threads());
  context["config"] = train::to_json(config);
  writer.finish(context);
  print(fmt::format("{}: {} jobs and {} quantized tensors of {} step(s) from step {}, {} bytes\n", out,
                    writer.num_jobs(), writer.num_quantizers(), steps, step, writer.num_bytes()));
}

Json to_json(const trace::ReplayReport& report, const ReplayFlags& flags) {
  return {{"schema_version", 1},
          {"context", record::make_context(1)},
          {"config", {{"trace", flags.folder}, {"backend", flags.backend}, {"point", flags.point}}},
          {"results",
           {{"equal", report.equal},
            {"num_jobs", report.num_jobs},
            {"num_macs", report.num_macs},
            {"num_quantizers", report.num_quantizers},
            {"num_codes", report.num_codes},
            {"num_mismatches", report.num_mismatches},
            {"first_mismatch", report.first_mismatch},
            {"cycles", report.cycles ? ampa::to_json(*report.cycles) : Json(nullptr)}}}};
}

// The RTL gets its cycles checked too, under the stress that a trace of the bench tells of.
std::unique_ptr<gemm::Backend> replay_backend(const ReplayFlags& flags, const trace::Trace& trace,
                                              ThreadPool& threads) {
  if (flags.backend != "rtl" || flags.core.has_memory())
    return make_backend(flags.backend, flags.point, flags.core, threads);
  const std::string index = (trace.folder / "index.json").string();
  return verify::make_stressed_backend(timing::point_from_string(flags.point),
                                       stress_from_context(trace.context, index));
}

void replay(const ReplayFlags& flags) {
  ThreadPool threads(flags.machine.apply());
  const trace::Trace trace = trace::read(flags.folder);
  const std::unique_ptr<gemm::Backend> backend = replay_backend(flags, trace, threads);
  trace::ReplayReport report;
  {
    ProgressLine progress;
    report = trace::replay(trace, *backend, [&](std::int64_t done, std::int64_t total) {
      progress.show(fmt::format("{} of {} jobs and tensors", done, total));
    });
  }
  if (flags.json) {
    print_json(to_json(report, flags));
  } else {
    print(fmt::format("{} on {}: {} jobs ({} MACs) and {} quantized tensors ({} codes) replayed\n", flags.folder,
                      backend->name(), report.num_jobs, report.num_macs, report.num_quantizers, report.num_codes));
    if (report.cycles) print(to_words(*report.cycles) + "\n");
    print(report.equal ? "equal: every integer as recorded\n" : report.first_mismatch + "\n");
  }
  flush_output();
  if (!report.equal)
    throw MismatchError(
        fmt::format("{}: {} jobs or tensors differ from the recorded ones", flags.folder, report.num_mismatches));
}

}  // namespace

void add_trace(CLI::App& app) {
  CLI::App* trace = add_group(app, "trace");
  add_command(*trace, "trace record", record_steps);
  add_command(*trace, "trace replay", [](const Call& call) {
    replay({machine_flags(call), core_flags(call), call.text("trace"), call.text("backend"), call.text("point"),
            call.is_on("json")});
  });
}

}  // namespace ampa::commands
