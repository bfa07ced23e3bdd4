// `ampa verify`: the RTL of a hardware point against the reference.
#include "verify/verify.h"

#include <fmt/format.h>

#include <memory>

#include "commands/backends.h"
#include "commands/commands.h"
#include "commands/flag_checks.h"
#include "commands/output.h"
#include "common/error.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

constexpr std::int64_t kMaxJobs = 1000000000;

struct Flags {
  std::string point = kDefaultPoint;
  std::int64_t jobs = 1000;
  std::uint64_t seed = 1;
  bool json = false;
};

Json to_json(const systemc::VerifyReport& report, const Flags& flags) {
  return {{"schema_version", 1},
          {"context", record::make_context(1)},
          {"config", {{"point", flags.point}, {"jobs", flags.jobs}, {"seed", flags.seed}}},
          {"results",
           {{"equal", report.equal},
            {"num_directed_jobs", report.num_directed_jobs},
            {"num_random_jobs", report.num_random_jobs},
            {"num_macs", report.num_macs},
            {"num_cycles", report.num_cycles},
            {"first_mismatch", report.first_mismatch}}}};
}

void run(const Flags& flags) {
  systemc::VerifyReport report;
  {
    ProgressLine progress;
    systemc::VerifyOptions options;
    options.num_jobs = flags.jobs;
    options.seed = flags.seed;
    options.on_progress = [&](std::int64_t done, std::int64_t total) {
      progress.show(fmt::format("job {} of {}", done, total));
    };
    report = systemc::verify(timing::point_from_string(flags.point), options);
  }
  if (flags.json) {
    print_json(to_json(report, flags));
  } else {
    print(fmt::format("{}: {} directed and {} random jobs, {} MACs, {} cycles\n", flags.point, report.num_directed_jobs,
                      report.num_random_jobs, report.num_macs, report.num_cycles));
    print(report.equal ? "equal: sums as the reference, cycles as the closed form\n" : report.first_mismatch + "\n");
  }
  flush_output();
  if (!report.equal) throw MismatchError(fmt::format("{}: the RTL differs from the reference", flags.point));
}

}  // namespace

void add_verify(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("verify", "Run random and directed jobs on the RTL and compare every bit and cycle");
  const auto flags = std::make_shared<Flags>();
  command->add_option("--point", flags->point, "Hardware point with RTL")->capture_default_str();
  command->add_option("--jobs", flags->jobs, "Number of random jobs")
      ->check(CLI::Range(std::int64_t{0}, kMaxJobs))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of the random jobs")->check(is_seed())->capture_default_str();
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace ampa::commands
