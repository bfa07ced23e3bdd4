// `ampa recommend`: settings of a sweep that meet constraints.
#include "sweep/recommend.h"

#include "commands/call.h"
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/sweep_dir.h"
#include "record/context.h"

namespace ampa::commands {
namespace {

void run(const Call& call) {
  sweep::Constraints constraints;
  constraints.max_metric_loss = call.number_if_given("max_metric_loss");
  if (!constraints.max_metric_loss) constraints.max_metric_loss = call.number_if_given("max_accuracy_loss");
  constraints.min_rr_percent = call.number_if_given("min_rr");
  constraints.max_cycles = call.number_if_given("max_cycles");
  constraints.point = call.text("point");
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
