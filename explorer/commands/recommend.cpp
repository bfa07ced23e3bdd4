// `ampa recommend`: settings of a sweep or study that meet constraints, or that several of them have for a new network.
#include "sweep/recommend.h"

#include <fmt/format.h>

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/run_folders.h"
#include "commands/shaped_network.h"
#include "commands/study_dir.h"
#include "commands/sweep_dir.h"
#include "common/error.h"
#include "record/context.h"
#include "study/advice.h"
#include "study/against.h"
#include "study/transfer.h"

namespace ampa::commands {
namespace {

// What both a sweep (sweep::Constraints) and a study (study::Target) can be asked for.
template <class Bounds>
Bounds bounds_of(const Call& call) {
  Bounds bounds;
  bounds.max_metric_loss = call.number_if_given("max_metric_loss");
  if (!bounds.max_metric_loss) bounds.max_metric_loss = call.number_if_given("max_accuracy_loss");
  bounds.min_rr_percent = call.number_if_given("min_rr");
  bounds.max_cycles = call.number_if_given("max_cycles");
  bounds.point = call.text("point");
  return bounds;
}

// Beyond what a sweep can be asked for.
study::Target target_of(const Call& call) {
  auto target = bounds_of<study::Target>(call);
  target.max_lut_seconds = call.number_if_given("max_lut_seconds");
  target.max_energy = call.number_if_given("max_energy");
  for (const auto& [flag, key] :
       {std::pair{"energy", "table"}, std::pair{"memory", "memory"}, std::pair{"scratchpads", "scratchpads"}})
    if (call.has(flag)) target.energy[key] = call.text(flag);
  return target;
}

void recommend_of_study(const Call& call, const std::string& dir) {
  const study::StudyTrials trials = study::read_study_trials(dir);
  if (call.has("baseline")) throw InputError("--baseline: expected none for a study, whose file names it, found one");
  study::Target target = target_of(call);
  if (!target.max_metric_loss && !target.min_rr_percent && !target.max_cycles && !target.max_lut_seconds &&
      !target.max_energy)
    target.max_metric_loss = trials.spec.max_loss();
  const study::Advice advice = study::advise(trials, target);
  if (call.is_on("json")) return print_json(study::to_json(target, advice, record::make_context(1)));
  print(study::advice_words(trials, target, advice));
}

// For a network that no run of the folders has seen.
void recommend_elsewhere(const Call& call, const std::vector<std::string>& dirs) {
  study::Target target = target_of(call);
  if (!target.max_metric_loss && !target.min_rr_percent) target.max_metric_loss = sweep::complete({}).max_metric_loss;
  std::vector<study::RunSource> sources;
  for (const std::string& dir : dirs) sources.push_back({dir, trials_of(dir)});
  study::TransferEvidence evidence = study::transfer_evidence(sources, call.text("baseline"));
  Json settings = {{"network", call.text("network")},
                   {"epochs", call.integer_or("epochs", evidence.tasks.front().epochs)}};
  for (const char* key : {"dataset", "data_dir"})
    if (call.has(key)) settings[key] = call.text(key);
  const train::TrainConfig config = train::config_from_json(settings, "command line");
  study::NewNetwork network = {config.network, call.text("dataset"), config.epochs,
                               shaped_network(config, call.has("dataset"))};
  const study::TransferAdvice advice = study::transfer(std::move(evidence), std::move(network), target);
  if (call.is_on("json")) return print_json(study::to_json(target, advice, record::make_context(1)));
  print(study::transfer_words(target, advice));
}

void compare_with_scheme(const Call& call, const std::vector<std::string>& dirs) {
  std::vector<study::RunSource> sources;
  for (const std::string& dir : dirs) sources.push_back({dir, trials_of(dir)});
  const std::string scheme = call.text("against");
  const std::vector<study::TaskAgainst> tasks = study::against(sources, scheme);
  if (call.is_on("json")) return print_json(study::to_json(tasks, scheme, record::make_context(1)));
  print(study::against_words(tasks));
}

void run(const Call& call) {
  const std::vector<std::string> dirs = call.texts("dir");
  if (call.has("against")) return compare_with_scheme(call, dirs);
  if (call.has("network")) return recommend_elsewhere(call, dirs);
  if (dirs.size() > 1)
    throw InputError(fmt::format("DIR: expected one folder, or --network or --against, found {} folders", dirs.size()));
  const std::string& dir = dirs.front();
  if (is_study(dir)) return recommend_of_study(call, dir);
  for (const char* flag : {"max_lut_seconds", "max_energy"})
    if (call.has(flag))
      throw InputError(fmt::format("{}: expected the folder of a study (study.json), found none",
                                   settings::name_in(settings::Style::kFlag, flag)));
  auto constraints = bounds_of<sweep::Constraints>(call);
  constraints.baseline = call.text("baseline");
  constraints = sweep::complete(constraints);
  const std::vector<sweep::Recommendation> found = sweep::recommend(read_summary(dir), constraints);
  if (call.is_on("json")) return print_json(sweep::to_json(found, constraints, record::make_context(1)));
  for (const sweep::Recommendation& recommendation : found) print(sweep::in_words(recommendation, constraints));
}

}  // namespace

void add_recommend(CLI::App& app) {
  add_command(app, "recommend", run);
}

}  // namespace ampa::commands
