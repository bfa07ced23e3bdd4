// The table of commands. Adding one: a file here, a declaration and a line of the table.
#pragma once

#include <vector>

namespace CLI {
class App;
}

namespace ampa::commands {

// Each adds its subcommand with flags; parsing the command line then runs it. They throw ampa's errors.
void add_estimate(CLI::App& app);
void add_train(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_export(CLI::App& app);
void add_simulate(CLI::App& app);
void add_switch(CLI::App& app);
void add_compare(CLI::App& app);
void add_table14(CLI::App& app);
void add_job(CLI::App& app);
void add_verify(CLI::App& app);
void add_trace(CLI::App& app);
void add_sweep(CLI::App& app);
void add_paper(CLI::App& app);
void add_study(CLI::App& app);
void add_worker(CLI::App& app);
void add_trials(CLI::App& app);
void add_recommend(CLI::App& app);
void add_report(CLI::App& app);
void add_list(CLI::App& app);

struct Command {
  void (*add)(CLI::App& app);
};

const std::vector<Command>& commands();

}  // namespace ampa::commands
