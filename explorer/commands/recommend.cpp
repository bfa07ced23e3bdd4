// `ampa recommend`: settings of a sweep or study that meet constraints.
#include "sweep/recommend.h"

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/study_dir.h"
#include "commands/sweep_dir.h"
#include "common/error.h"
#include "record/context.h"
#include "study/advice.h"

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

void recommend_of_study(const Call& call) {
  const study::StudyTrials trials = study::read_study_trials(call.text("dir"));
  if (call.has("baseline")) throw InputError("--baseline: expected none for a study, whose file names it, found one");
  auto target = bounds_of<study::Target>(call);
  target.max_lut_seconds = call.number_if_given("max_lut_seconds");
  if (!target.max_metric_loss && !target.min_rr_percent && !target.max_cycles && !target.max_lut_seconds)
    target.max_metric_loss = trials.spec.max_loss();
  const study::Advice advice = study::advise(trials, target);
  if (call.is_on("json")) return print_json(study::to_json(target, advice, record::make_context(1)));
  print(study::advice_words(trials, target, advice));
}

void run(const Call& call) {
  if (is_study(call.text("dir"))) return recommend_of_study(call);
  if (call.has("max_lut_seconds"))
    throw InputError("--max-lut-seconds: expected the folder of a study (study.json), found none");
  auto constraints = bounds_of<sweep::Constraints>(call);
  constraints.baseline = call.text("baseline");
  constraints = sweep::complete(constraints);
  const std::vector<sweep::Recommendation> found = sweep::recommend(read_summary(call.text("dir")), constraints);
  if (call.is_on("json")) return print_json(sweep::to_json(found, constraints, record::make_context(1)));
  for (const sweep::Recommendation& recommendation : found) print(sweep::in_words(recommendation, constraints));
}

}  // namespace

void add_recommend(CLI::App& app) {
  add_command(app, "recommend", run);
}

}  // namespace ampa::commands
