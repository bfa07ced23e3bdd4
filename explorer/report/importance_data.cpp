#include "report/importance_data.h"

#include <map>
#include <set>

#include "report/chart_numbers.h"
#include "statistics/bootstrap.h"

namespace ampa::report {
namespace {

constexpr int kRounds = 200;

// What makes a task, or a run of a setting, is none.
bool is_dimension(const std::string& key) {
  static const std::set<std::string> kNone = {"seed", "network", "dataset", "data_dir", "recipe"};
  return kNone.count(key) == 0;
}

std::vector<std::vector<double>> drawn(const std::vector<std::vector<double>>& rows,
                                       const std::vector<std::size_t>& seeds) {
  std::vector<std::vector<double>> result;
  for (const std::vector<double>& row : rows) {
    result.emplace_back();
    for (const std::size_t seed : seeds) result.back().push_back(row[seed]);
  }
  return result;
}

Json share_json(const std::string& figure, const SeedTable& table, const std::vector<std::size_t>& levels) {
  Json json = {{"figure", figure}, {"low", nullptr}, {"high", nullptr}};
  json["share"] = rounded(statistics::share_explained(table.rows, levels));
  if (table.rows.front().size() < 2) return json;
  const statistics::Interval interval = statistics::bootstrap(
      table.rows.front().size(),
      [&](const std::vector<std::size_t>& seeds) {
        return statistics::share_explained(drawn(table.rows, seeds), levels);
      },
      1, kRounds);
  json["low"] = rounded(interval.low);
  json["high"] = rounded(interval.high);
  return json;
}

std::set<std::string> tasks_of(const ReportInput& input) {
  std::set<std::string> tasks;
  for (const sweep::SettingSummary& setting : input.summary.settings) tasks.insert(setting.task);
  return tasks;
}

}  // namespace

SeedTable seed_table(const ReportInput& input, const std::string& task, const Figure& figure) {
  std::map<std::string, std::map<std::uint64_t, double>> by_setting;
  for (const sweep::TrialSummary& trial : input.summary.trials)
    if (trial.task == task && !trial.baseline && counts(input, trial))
      if (const std::optional<double> value = figure.value(trial))
        by_setting[trial.setting][trial.config.at("seed").get<std::uint64_t>()] = *value;
  std::map<std::uint64_t, std::size_t> seeds;
  for (const auto& [setting, values] : by_setting)
    for (const auto& [seed, value] : values) ++seeds[seed];
  SeedTable table;
  for (const sweep::SettingSummary& setting : input.summary.settings) {
    const auto found = by_setting.find(setting.id);
    if (found == by_setting.end()) continue;
    std::vector<double> row;
    for (const auto& [seed, value] : found->second)
      if (seeds[seed] == by_setting.size()) row.push_back(value);
    if (row.empty()) continue;
    table.settings.push_back(&setting);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<std::string> dims_of(const ReportInput& input) {
  std::map<std::pair<std::string, std::string>, std::set<Json>> values;  // of (task, key)
  std::vector<std::string> keys;                                         // of all configs, in their order
  std::set<std::string> known, several;
  for (const sweep::SettingSummary& setting : input.summary.settings) {
    if (setting.baseline) continue;
    for (const auto& [key, value] : setting.config.items()) {
      if (!is_dimension(key)) continue;
      if (known.insert(key).second) keys.push_back(key);
      std::set<Json>& seen = values[{setting.task, key}];
      seen.insert(value);
      if (seen.size() > 1) several.insert(key);
    }
  }
  std::vector<std::string> dims;
  for (const std::string& key : keys)
    if (several.count(key) != 0) dims.push_back(key);
  return dims;
}

Json importance_json(const ReportInput& input, const std::vector<std::string>& dims) {
  Json list = Json::array();
  for (const std::string& task : tasks_of(input)) {
    std::vector<std::pair<std::string, SeedTable>> tables;  // by figure
    for (const Figure& figure : figures_of(input))
      if (figure.value) tables.emplace_back(figure.key, seed_table(input, task, figure));
    for (const std::string& dim : dims) {
      Json shares = Json::array();
      for (const auto& [figure, table] : tables) {
        std::map<Json, std::size_t> level_of;
        std::vector<std::size_t> levels;
        for (const sweep::SettingSummary* setting : table.settings)
          levels.push_back(level_of.emplace(setting->config.value(dim, Json()), level_of.size()).first->second);
        // With a level for each setting a share would be 100 % whatever the figures are.
        if (level_of.size() < 2 || level_of.size() == table.rows.size()) continue;
        shares.push_back(share_json(figure, table, levels));
      }
      if (!shares.empty()) list.push_back({{"task", task}, {"key", dim}, {"shares", shares}});
    }
  }
  return list;
}

}  // namespace ampa::report
