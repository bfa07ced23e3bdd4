#include "paper/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/atomic_file.h"
#include "common/error.h"

namespace ampa::paper {
namespace {

constexpr std::int64_t kSchemaVersion = 1;

std::filesystem::path file_of(const std::filesystem::path& dir, const std::string& table, const std::string& scale) {
  return dir / "paper" / fmt::format("{}.{}.json", table, scale);
}

Json spec_json(const std::string& name, const Json& list, const std::vector<std::int64_t>& seeds) {
  return {{"schema_version", config::kSweepSchemaVersion}, {"name", name}, {"list", list}, {"seeds", seeds}};
}

// The trial that a configuration of the sweep became: several labels may have come to one run.
std::string trial_of(const config::Trial& asked, const config::SweepSpec& spec,
                     const std::vector<sweep::TrialSummary>& ended) {
  const auto labelled = std::find_if(spec.trials.begin(), spec.trials.end(),
                                     [&](const config::Trial& trial) { return trial.id == asked.id; });
  if (labelled == spec.trials.end()) throw RunError("paper: a row that the sweep does not have: " + asked.id);
  for (const sweep::TrialSummary& trial : ended) {
    if (trial.config.at("seed") != asked.config.seed) continue;
    const auto& others = trial.same_runs;
    if (trial.label == labelled->label || std::find(others.begin(), others.end(), labelled->label) != others.end())
      return trial.id;
  }
  throw RunError("paper: a row without a trial: " + labelled->label);
}

TableRuns parse_runs(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  reader.integer("schema_version", kSchemaVersion, kSchemaVersion);
  TableRuns runs{reader.string("table"), reader.string("scale"), {}};
  for (JsonReader& row : reader.children("rows")) {
    RowTrials trials{row.string("task"), row.string("setting"), row.integers("seeds", 0, INT64_MAX), {}};
    for (const Json& id : row.array("trials")) {
      if (!id.is_string() || !sweep::is_trial_id(id.get<std::string>()))
        row.fail("trials", "names of folders of trials", id.dump());
      trials.trials.push_back(id.get<std::string>());
    }
    if (trials.trials.size() != trials.seeds.size())
      row.fail("trials", fmt::format("one for each of {} seeds", trials.seeds.size()),
               fmt::format("{}", trials.trials.size()));
    row.finish();
    runs.rows.push_back(std::move(trials));
  }
  reader.finish();
  return runs;
}

}  // namespace

std::optional<Json> configuration_of(const Experiment& experiment, const Row& row, const Asked& asked) {
  const Task& on = task(row.task);
  const auto at_scale = on.scales.find(asked.scale);
  if (at_scale == on.scales.end()) return std::nullopt;
  Json keys = at_scale->second;
  const auto dir = asked.data_dirs.find(keys.at("dataset").get<std::string>());
  if (dir != asked.data_dirs.end()) keys["data_dir"] = dir->second;
  keys.update(experiment.keys(row.setting));
  return keys;
}

Json sweep_json(const std::vector<const Experiment*>& tables, const Asked& asked) {
  Json list = Json::array();
  std::set<std::string> seen;
  std::string names;
  for (const Experiment* table : tables) {
    names += (names.empty() ? "" : ", ") + table->name;
    for (const Row& row : table->rows)
      if (const std::optional<Json> keys = configuration_of(*table, row, asked);
          keys && seen.insert(keys->dump()).second)
        list.push_back(*keys);
  }
  if (list.empty()) throw InputError(fmt::format("{}: no row can be run at the scale {}", names, asked.scale));
  return spec_json(fmt::format("{} of the paper, {}", names, asked.scale), list, asked.seeds);
}

TableRuns runs_of(const Experiment& experiment, const Asked& asked, const config::SweepSpec& spec,
                  const std::vector<sweep::TrialSummary>& ended) {
  TableRuns runs{experiment.name, asked.scale, {}};
  for (const Row& row : experiment.rows) {
    const std::optional<Json> keys = configuration_of(experiment, row, asked);
    if (!keys) continue;
    RowTrials trials{row.task, row.setting, asked.seeds, {}};
    const config::SweepSpec own =
        config::parse_sweep(spec_json("row", Json::array({*keys}), asked.seeds), experiment.name);
    for (const config::Trial& trial : own.trials) trials.trials.push_back(trial_of(trial, spec, ended));
    runs.rows.push_back(std::move(trials));
  }
  return runs;
}

void write_runs(const std::filesystem::path& dir, const TableRuns& runs) {
  std::filesystem::create_directories(dir / "paper");
  Json rows = Json::array();
  for (const RowTrials& row : runs.rows)
    rows.push_back({{"task", row.task}, {"setting", row.setting}, {"seeds", row.seeds}, {"trials", row.trials}});
  write_json_file(file_of(dir, runs.table, runs.scale),
                  {{"schema_version", kSchemaVersion}, {"table", runs.table}, {"scale", runs.scale}, {"rows", rows}});
}

std::vector<TableRuns> read_runs(const std::filesystem::path& dir) {
  std::vector<TableRuns> found;
  for (const Experiment& table : experiments())
    for (const std::string& scale : scales()) {
      const std::filesystem::path path = file_of(dir, table.name, scale);
      if (std::filesystem::exists(path)) found.push_back(parse_runs(read_json_file(path), path.string()));
    }
  if (found.empty())
    throw InputError(fmt::format("{}: expected runs of `ampa paper run`, found none", (dir / "paper").string()));
  return found;
}

}  // namespace ampa::paper
