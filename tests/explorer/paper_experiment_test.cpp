#include <catch2/catch.hpp>
#include <set>

#include "common/error.h"
#include "config/sweep_spec.h"
#include "paper/experiment.h"
#include "paper/figures.h"
#include "paper/runs.h"
#include "sweep/plan.h"

namespace ampa::paper {
namespace {

using Catch::Contains;

Asked at(const std::string& scale) {
  return {scale, seeds_of(scale), {}};
}

const Json kSmall = {
    {"schema_version", 1},
    {"name", "table0"},
    {"title", "A table"},
    {"kind", "table"},
    {"figures", {"metric"}},
    {"settings", {{"a", {{"scheme", "int8"}}}, {"b", {{"scheme", "ampa"}}}}},
    {"rows", {{{"task", "resnet20-cifar10"}, {"setting", "a"}, {"printed", {{"metric", "NaN"}}}}}},
    {"claims", {{{"words", "a is better"}, {"more", {"a", "quality"}}, {"less", {"b", "quality"}}, {"margin", 1}}}}};

std::string error_of(const Json& json) {
  try {
    parse_experiment(json, "t.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("paper: every table and figure of the paper is there but Table 14 and Figures 1 and 3") {
  std::set<std::string> names, expected;
  for (const Experiment& one : experiments()) CHECK(names.insert(one.name).second);
  for (int i = 1; i <= 19; ++i)
    if (i != 14) expected.insert("table" + std::to_string(i));
  for (const int i : {2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}) expected.insert("figure" + std::to_string(i));
  CHECK(names == expected);
  CHECK_THROWS_WITH(experiment("table20"), Contains("TABLE: expected one of table1,") && Contains("\"table20\""));
}

TEST_CASE("paper: every row is a valid configuration at every scale of its task, and every setting has a row") {
  for (const std::string& scale : scales())
    for (const Experiment& table : experiments()) {
      INFO(table.name << " " << scale);
      std::set<std::string> settings;
      for (const Row& row : table.rows) settings.insert(row.setting);
      CHECK(settings.size() == table.settings.size());
      for (const Row& row : table.rows) {
        CHECK(task(row.task).scales.count("full") == 1);
        const auto keys = configuration_of(table, row, at(scale));
        if (!keys) continue;
        INFO(row.task << " " << row.setting);
        const Json spec = {{"schema_version", 1}, {"name", "n"}, {"list", {*keys}}, {"seeds", {1}}};
        CHECK(config::parse_sweep(spec, "row").trials.size() == 1);
      }
      for (const Claim& claim : table.claims)
        for (const std::string& name : claim.tasks) CHECK_NOTHROW(task(name));
    }
}

TEST_CASE("paper: printed figures of a network and setting that several tables share agree where the paper does") {
  const auto printed = [](const char* table, const char* on, const char* setting, const char* figure) {
    for (const Row& row : experiment(table).rows)
      if (row.task == on && row.setting == setting) return row.printed.at(figure);
    FAIL("no row " << table << " " << on << " " << setting);
    return std::optional<double>();
  };
  CHECK(printed("table5", "resnet20-cifar10", "AMPA", "metric") == 92.26);
  CHECK(printed("table12", "resnet20-cifar10", "10/20/30", "metric") == 92.26);
  CHECK(printed("table17", "resnet18-cifar100", "30/20/10", "rr") == 50.47);
  CHECK(printed("table17", "resnet18-cifar100", "30/20/10", "metric") == std::nullopt);  // NaN
  CHECK(printed("table16", "resnet20-cifar10", "0.05", "rr") ==
        41.89);  // 41.59 in Table 11: the paper's own difference
  CHECK(printed("table8", "resnet20-cifar10", "AMPA", "weight_bits") == 4.20);
}

TEST_CASE("paper: runs that tables share are planned once, and each row finds its own") {
  const Asked asked = at("quick");
  const std::vector<const Experiment*> tables = {&experiment("table11"), &experiment("table12")};
  const config::SweepSpec spec = config::parse_sweep(sweep_json(tables, asked), "both");
  const std::vector<sweep::TrialSummary> planned = sweep::plan_trials(spec);
  std::set<std::string> of_first, of_second;
  for (const RowTrials& row : runs_of(*tables[0], asked, spec, planned).rows)
    of_first.insert(row.trials.begin(), row.trials.end());
  const TableRuns second = runs_of(*tables[1], asked, spec, planned);
  for (const RowTrials& row : second.rows) {
    CHECK(row.trials.size() == 3);
    CHECK(std::set<std::string>(row.trials.begin(), row.trials.end()).size() == 3);
    of_second.insert(row.trials.begin(), row.trials.end());
  }
  std::set<std::string> all = of_first, ids;
  all.insert(of_second.begin(), of_second.end());
  for (const sweep::TrialSummary& trial : planned) ids.insert(trial.id);
  CHECK(all == ids);
  CHECK(all.size() < of_first.size() + of_second.size());  // Itv/N 0.05 is 10/20/30
}

TEST_CASE("paper: an experiment that is damaged is refused by its key") {
  CHECK(error_of(kSmall) == "");
  const auto changed = [](const std::string& pointer, const Json& value) {
    Json json = kSmall;
    json[Json::json_pointer(pointer)] = value;
    return error_of(json);
  };
  CHECK_THAT(changed("/kind", "picture"), Contains("t.json: kind: expected one of table, curves"));
  CHECK_THAT(changed("/rows/0/setting", "c"), Contains("t.json: rows[0].setting: expected one of the settings"));
  CHECK_THAT(changed("/rows/0/printed", {{"speed", 1}}), Contains("rows[0].printed: expected the name of a figure"));
  CHECK_THAT(changed("/claims/0/more", {"a", "speed"}), Contains("claims[0].more: expected the name of a figure"));
  CHECK_THAT(changed("/claims/0/less", {"c", "rr"}), Contains("claims[0].less: expected one of the settings"));
  CHECK_THAT(changed("/claims/0/extra", 1), Contains("claims[0].extra"));
}

}  // namespace ampa::paper
