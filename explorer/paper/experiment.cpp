#include "paper/experiment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/error.h"
#include "embedded_experiments.h"
#include "embedded_tasks.h"
#include "paper/figures.h"
#include "settings/suggest.h"

namespace ampa::paper {
namespace {

constexpr std::int64_t kSchemaVersion = 1;

std::vector<std::string> texts(JsonReader& reader, const std::string& key) {
  std::vector<std::string> list;
  if (!reader.has(key)) return list;
  for (const Json& value : reader.array(key)) {
    if (!value.is_string()) reader.fail(key, "an array of texts", value.dump());
    list.push_back(value.get<std::string>());
  }
  return list;
}

void check_figure(const JsonReader& reader, const std::string& key, const std::string& name) {
  if (find_figure(name) == nullptr) reader.fail(key, "the name of a figure", '"' + name + '"');
}

bool has_setting(const Experiment& experiment, const std::string& name) {
  return std::any_of(experiment.settings.begin(), experiment.settings.end(),
                     [&](const auto& setting) { return setting.first == name; });
}

// [setting, figure] or a number.
Term parse_term(JsonReader& reader, const std::string& key, const Experiment& experiment) {
  const Json value = reader.any(key);
  if (value.is_number()) return {"", "", value.get<double>()};
  if (!value.is_array() || value.size() != 2 || !value[0].is_string() || !value[1].is_string())
    reader.fail(key, "a number, or a setting and a figure", value.dump());
  const Term term{value[0].get<std::string>(), value[1].get<std::string>(), 0};
  if (!has_setting(experiment, term.setting)) reader.fail(key, "one of the settings", '"' + term.setting + '"');
  check_figure(reader, key, term.figure);
  return term;
}

Claim parse_claim(JsonReader reader, const Experiment& experiment) {
  Claim claim;
  claim.words = reader.string("words");
  claim.tasks = texts(reader, "tasks");
  if (reader.has("diverges")) {
    claim.diverges = reader.string("diverges");
    claim.otherwise = reader.string("not");
    for (const std::string& setting : {claim.diverges, claim.otherwise})
      if (!has_setting(experiment, setting)) reader.fail("diverges", "settings", '"' + setting + '"');
  } else {
    claim.more = parse_term(reader, "more", experiment);
    claim.less = parse_term(reader, "less", experiment);
    if (reader.has("margin")) claim.margin = reader.number("margin", {0, 1000});
  }
  reader.finish();
  return claim;
}

Row parse_row(JsonReader reader, const Experiment& experiment) {
  Row row{reader.string("task"), reader.string("setting"), {}};
  if (!has_setting(experiment, row.setting)) reader.fail("setting", "one of the settings", '"' + row.setting + '"');
  for (const auto& [name, value] : reader.object("printed").items()) {
    check_figure(reader, "printed", name);
    if (!value.is_number() && value != "NaN") reader.fail("printed", "numbers or \"NaN\"", value.dump());
    row.printed[name] = value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
  }
  reader.finish();
  return row;
}

Json text_of(const std::vector<std::pair<std::string_view, std::string_view>>& files, std::size_t index) {
  return parse_json(files[index].second, std::string(files[index].first) + ".json");
}

struct Tasks {
  std::vector<Task> list;
  std::map<std::string, std::vector<std::int64_t>> seeds;
};

Tasks parse_tasks() {
  const Json json = text_of(embedded::task_files(), 0);
  JsonReader reader(json, "tasks.json");
  reader.integer("schema_version", kSchemaVersion, kSchemaVersion);
  Tasks result;
  JsonReader seeds = reader.child("seeds"), all = reader.child("tasks");
  for (const std::string& scale : scales()) result.seeds[scale] = seeds.integers(scale, 0, INT64_MAX);
  seeds.finish();
  for (const auto& item : reader.object("tasks").items()) {
    JsonReader one = all.child(item.key());
    Task task{item.key(), one.string("paper"), {}};
    for (const std::string& scale : scales())
      if (one.has(scale)) task.scales[scale] = one.object(scale);
    one.finish();
    result.list.push_back(std::move(task));
  }
  reader.finish();
  return result;
}

const Tasks& known_tasks() {
  static const Tasks known = parse_tasks();
  return known;
}

}  // namespace

const std::vector<std::string>& scales() {
  static const std::vector<std::string> names = {"quick", "mid", "full"};
  return names;
}

const Json& Experiment::keys(const std::string& setting) const {
  for (const auto& [known, keys] : settings)
    if (known == setting) return keys;
  throw InputError(fmt::format("{}: no setting {}", name, setting));
}

Experiment parse_experiment(const Json& json, const std::string& source) {
  JsonReader reader(json, source);
  reader.integer("schema_version", kSchemaVersion, kSchemaVersion);
  Experiment result;
  result.name = reader.string("name");
  result.title = reader.string("title");
  result.kind = reader.string("kind");
  if (result.kind != "table" && result.kind != "curves" && result.kind != "widths" && result.kind != "losses")
    reader.fail("kind", "one of table, curves, widths, losses", '"' + result.kind + '"');
  result.figures = texts(reader, "figures");
  for (const std::string& name : result.figures) check_figure(reader, "figures", name);
  for (const auto& [name, keys] : reader.object("settings").items()) {
    if (!keys.is_object()) reader.fail("settings", "objects", keys.dump());
    result.settings.emplace_back(name, keys);
  }
  for (JsonReader& row : reader.children("rows")) result.rows.push_back(parse_row(std::move(row), result));
  for (JsonReader& claim : reader.children("claims")) result.claims.push_back(parse_claim(std::move(claim), result));
  reader.finish();
  return result;
}

const std::vector<Experiment>& experiments() {
  static const std::vector<Experiment> list = [] {
    std::vector<Experiment> all;
    const auto& files = embedded::experiment_files();
    for (std::size_t i = 0; i < files.size(); ++i)
      all.push_back(parse_experiment(text_of(files, i), std::string(files[i].first) + ".json"));
    return all;
  }();
  return list;
}

const Experiment& experiment(const std::string& name) {
  std::vector<std::string> names;
  for (const Experiment& one : experiments()) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  throw InputError(fmt::format("TABLE: expected one of {}, found \"{}\"{}", fmt::join(names, ", "), name,
                               settings::did_you_mean(name, names)));
}

const std::vector<Task>& tasks() {
  return known_tasks().list;
}

const Task& task(const std::string& name) {
  for (const Task& one : tasks())
    if (one.name == name) return one;
  throw InputError(fmt::format("tasks.json: expected a task {}, found none", name));
}

std::vector<std::int64_t> seeds_of(const std::string& scale) {
  return known_tasks().seeds.at(scale);
}

}  // namespace ampa::paper
