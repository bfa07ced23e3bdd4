// `ampa paper`: tables and figures of the AMPA paper, run and put beside what it prints.
#include <fmt/format.h>

#include <algorithm>

#include "commands/commands.h"
#include "commands/machine_flags.h"
#include "commands/output.h"
#include "commands/sweep_call.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "paper/page.h"
#include "record/context.h"
#include "timing/hardware_point.h"

namespace ampa::commands {
namespace {

void list(const Call& call) {
  Json rows = Json::array();
  for (const paper::Experiment& table : paper::experiments()) {
    std::string at;
    for (const std::string& scale : paper::scales()) {
      const auto count = std::count_if(table.rows.begin(), table.rows.end(), [&](const paper::Row& row) {
        return paper::task(row.task).scales.count(scale) > 0;
      });
      at += fmt::format("{}{} {}", at.empty() ? "" : ", ", scale, count);
    }
    rows.push_back({{"name", table.name}, {"rows", at}, {"title", table.title}});
  }
  if (call.is_on("json")) return print_json({{"schema_version", 1}, {"tables", rows}});
  print_table(rows);
}

std::vector<const paper::Experiment*> tables_of(const Call& call) {
  std::vector<const paper::Experiment*> tables;
  const std::vector<std::string> names = call.texts("tables");
  if (names == std::vector<std::string>{"all"}) {
    for (const paper::Experiment& table : paper::experiments()) tables.push_back(&table);
    return tables;
  }
  for (const std::string& name : names) tables.push_back(&paper::experiment(name));
  return tables;
}

paper::Asked asked_of(const Call& call) {
  paper::Asked asked;
  asked.scale = call.text("scale");
  asked.seeds = paper::seeds_of(asked.scale);
  if (call.has("seeds")) asked.seeds = call.typed().at("seeds").get<std::vector<std::int64_t>>();
  for (const std::string& text : call.texts("data_dir")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw InputError(fmt::format("--data-dir: expected DATASET=DIR, found \"{}\"", text));
    asked.data_dirs[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return asked;
}

void say_what_is_missing(const paper::Experiment& table, const std::string& scale) {
  std::vector<std::string> missing;
  for (const paper::Row& row : table.rows) {
    const std::string& name = paper::task(row.task).paper;
    if (paper::task(row.task).scales.count(scale) == 0 &&
        std::find(missing.begin(), missing.end(), name) == missing.end())
      missing.push_back(name);
  }
  for (const std::string& name : missing)
    notice(fmt::format("note: {}: {}: not at the scale {}", table.name, name, scale));
}

void run(const Call& call) {
  std::vector<const paper::Experiment*> tables = tables_of(call);
  const paper::Asked asked = asked_of(call);
  for (const paper::Experiment* table : tables) say_what_is_missing(*table, asked.scale);
  const auto cannot_run = [&](const paper::Experiment* table) {
    return std::none_of(table->rows.begin(), table->rows.end(),
                        [&](const paper::Row& row) { return paper::configuration_of(*table, row, asked).has_value(); });
  };
  if (tables.size() > 1) tables.erase(std::remove_if(tables.begin(), tables.end(), cannot_run), tables.end());
  const config::SweepSpec spec = config::parse_sweep(paper::sweep_json(tables, asked), "ampa paper");
  const sweep::SweepOutcome outcome = run_sweep_as_called(spec, call);
  for (const paper::Experiment* table : tables)
    paper::write_runs(call.text("out"), paper::runs_of(*table, asked, spec, outcome.summary.trials));
  print(fmt::format("{} trials: {} run, {} reused, {} failed\n", outcome.summary.trials.size(), outcome.num_run,
                    outcome.num_reused, outcome.num_failed));
  print(fmt::format("ampa paper page {}\n", call.text("out")));
  flush_output();
  check_outcome(outcome);
}

void page(const Call& call) {
  const std::vector<std::string> dirs = call.texts("dirs");
  const timing::HardwarePoint point = timing::point_from_string(call.text("point"));
  paper::PageInput input{{}, point.name, "DIR"};
  for (const std::string& dir : dirs)
    for (const paper::TableRuns& runs : paper::read_runs(dir))
      input.tables.push_back(paper::results_of(dir, runs, point));
  const std::filesystem::path out = call.has("out") ? call.text("out") : dirs.front();
  std::filesystem::create_directories(out);
  write_file_atomically(out / "paper.md", paper::markdown_page(input));
  write_file_atomically(out / "paper.html", paper::html_page(input, record::make_context(1)));
  print((out / "paper.md").string() + "\n" + (out / "paper.html").string() + "\n");
}

}  // namespace

void add_paper(CLI::App& app) {
  CLI::App* group = add_group(app, "paper");
  add_command(*group, "paper list", list);
  add_command(*group, "paper run", run);
  add_command(*group, "paper page", page);
}

}  // namespace ampa::commands
