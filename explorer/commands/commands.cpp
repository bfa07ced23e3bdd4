#include "commands/commands.h"

namespace ampa::commands {

const std::vector<Command>& commands() {
  // In the order in which `ampa --help` shows them.
  static const std::vector<Command> table = {
      {add_estimate}, {add_train}, {add_evaluate},  {add_export}, {add_simulate}, {add_compare}, {add_table14},
      {add_switch},   {add_job},   {add_verify},    {add_trace},  {add_sweep},    {add_study},   {add_worker},
      {add_trials},   {add_paper}, {add_recommend}, {add_report}, {add_list}};
  return table;
}

}  // namespace ampa::commands
