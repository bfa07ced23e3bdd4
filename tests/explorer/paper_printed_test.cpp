// The paper's own figures, as the experiment files hold them, bear its claims.
#include <catch2/catch.hpp>

#include "paper/experiment.h"

namespace ampa::paper {
namespace {

using Figures = std::map<std::string, std::optional<double>>;

// Null: the table has no such row.
const Figures* printed(const Experiment& table, const std::string& task, const std::string& setting) {
  for (const Row& row : table.rows)
    if (row.task == task && row.setting == setting) return &row.printed;
  return nullptr;
}

// None: it is not printed, or NaN.
std::optional<double> value_of(const Experiment& table, const Term& term, const std::string& task) {
  if (term.setting.empty()) return term.number;
  const Figures* const figures = printed(table, task, term.setting);
  const auto found =
      figures ? figures->find(term.figure == "quality" ? "metric" : term.figure) : Figures::const_iterator();
  if (figures == nullptr || found == figures->end() || !found->second) return std::nullopt;
  const bool smaller_is_better = task.rfind("transformer", 0) == 0;  // perplexity
  return term.figure == "quality" && smaller_is_better ? -*found->second : *found->second;
}

std::vector<std::string> tasks_of(const Claim& claim) {
  if (!claim.tasks.empty()) return claim.tasks;
  std::vector<std::string> names;
  for (const Task& one : tasks()) names.push_back(one.name);
  return names;
}

}  // namespace

TEST_CASE("paper: what the text claims holds for every pair of figures that it prints, with one exception") {
  int num_pairs = 0;
  std::vector<std::string> exceptions;
  for (const Experiment& table : experiments())
    for (const Claim& claim : table.claims) {
      if (!claim.more) continue;
      for (const std::string& task : tasks_of(claim)) {
        const auto more = value_of(table, *claim.more, task), less = value_of(table, *claim.less, task);
        if (!more || !less) continue;
        ++num_pairs;
        if (*more - *less + claim.margin <= 0) exceptions.push_back(table.name + " " + task + ": " + claim.words);
      }
    }
  CHECK(num_pairs > 150);
  // 35.37 %, where the abstract says more than 38 %.
  CHECK(exceptions ==
        std::vector<std::string>{"table5 vit-cifar10: AMPA saves more than 38 % of the BitOPs of INT8 (abstract)"});
}

TEST_CASE("paper: where the text says that a run diverges NaN is printed, and a number for the other") {
  int count = 0;
  for (const Experiment& table : experiments())
    for (const Claim& claim : table.claims) {
      if (claim.diverges.empty()) continue;
      for (const std::string& task : tasks_of(claim)) {
        INFO(table.name << ", " << task << ", " << claim.words);
        const Figures *of = printed(table, task, claim.diverges), *other = printed(table, task, claim.otherwise);
        REQUIRE((of && other));
        CHECK_FALSE(of->at("metric"));
        CHECK(other->at("metric"));
        ++count;
      }
    }
  CHECK(count == 6);
}

}  // namespace ampa::paper
