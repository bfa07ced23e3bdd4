// `ampa recommend`: settings of a sweep that meet constraints.
#include "sweep/recommend.h"

#include <memory>

#include "commands/commands.h"
#include "commands/flag_checks.h"
#include "commands/output.h"
#include "commands/sweep_dir.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

constexpr double kMaxCycles = 1e19;

struct Flags {
  std::string dir;
  sweep::Constraints constraints;
  bool json = false;
};

void run(const Flags& flags) {
  if (!flags.constraints.baseline.empty()) train::scheme_from_string(flags.constraints.baseline, "--baseline");
  const sweep::Constraints constraints = sweep::complete(flags.constraints);
  const std::vector<sweep::Recommendation> found = sweep::recommend(read_summary(flags.dir), constraints);
  if (flags.json) return print_json(sweep::to_json(found, constraints, record::make_context(1)));
  for (const sweep::Recommendation& recommendation : found) print(sweep::in_words(recommendation, constraints));
}

}  // namespace

void add_recommend(CLI::App& app) {
  CLI::App* command = app.add_subcommand("recommend", "Settings of a sweep that meet constraints, with the evidence");
  const auto flags = std::make_shared<Flags>();
  command->add_option("DIR", flags->dir, "Directory of a sweep")->required();
  command
      ->add_option("--max-accuracy-loss", flags->constraints.max_accuracy_loss,
                   "Percentage points below the baseline (default, without another constraint: 1.0)")
      ->check(is_number_in(-100, 100));
  command->add_option("--min-rr", flags->constraints.min_rr_percent, "Percent of the BitOPs to be saved")
      ->check(is_number_in(-100, 100));
  command->add_option("--max-cycles", flags->constraints.max_cycles, "Of a whole training run on --point")
      ->check(is_number_in(1, kMaxCycles));
  command->add_option("--point", flags->constraints.point, "Hardware point of the sweep (default: its first)");
  command->add_option("--baseline", flags->constraints.baseline, "Scheme to compare with (default: int8, else fp32)");
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace ampa::commands
