// `ampa table14`: the paper's latency table from a recorded run.
#include <fmt/format.h>

#include "commands/commands.h"
#include "commands/core_flags.h"
#include "commands/output.h"
#include "commands/record_file.h"
#include "common/atomic_file.h"
#include "common/error.h"
#include "cost/grid_section.h"
#include "cost/latency_table.h"

namespace ampa::commands {
namespace {

struct Flags {
  CoreFlags core;
  std::string record, out;
  std::vector<std::string> points, memories, layers;
  std::int64_t batch_size;
};

constexpr cost::Results kResults[] = {cost::Results::kSums, cost::Results::kCodes};

// Arrays, scratchpads and memories among which the best one is looked for, with both forms of results.
std::vector<cost::Machine> grid() {
  std::vector<cost::Machine> machines;
  for (const char* pe : {"fused", "fused-ws", "serial", "serial-ws"})
    for (const char* size : {"8x8", "16x16", "32x32"})
      for (const char* scratchpads :
           {"a=8K,b=48K,sums=4K,port=64", "a=16K,b=64K,sums=16K,port=64", "a=64K,b=64K,sums=48K,port=64"})
        for (const int bytes : {1, 2, 4, 8, 16, 32, 64})
          for (const cost::Results results : kResults)
            machines.push_back({timing::core_from_string(fmt::format("{}-{}:{}", pe, size, scratchpads)),
                                timing::memory_from_string(fmt::format("latency=20,bytes_per_cycle={}", bytes)),
                                results});
  return machines;
}

void run(const Flags& flags) {
  const record::RunRecord record = read_record_with_convolutions(flags.record);
  cost::CoreCostOptions options;
  options.batch_size = flags.batch_size;
  cost::LatencyTable table;
  table.record_sha256 = sha256_hex(read_file(flags.record));
  table.scheme = record.config.value("scheme", "");
  table.bitops_reduction_percent = record.bitops_reduction_percent.value_or(0);
  table.batch_size = flags.batch_size;
  table.layers = flags.layers;
  for (const std::string& point : flags.points)
    for (const std::string& memory : flags.memories)
      for (const cost::Results results : kResults) {
        const cost::Machine machine{flags.core.config(point), timing::memory_from_string(memory), results};
        table.machines.push_back(cost::cost_of(record, machine, options, flags.record));
      }
  const std::string text = cost::to_markdown(table, cost::find_best_machines(record, grid(), options, flags.record),
                                             cost::grid_section(record, flags.record));
  if (flags.out.empty())
    print(text);
  else
    write_file_atomically(flags.out, text);
}

}  // namespace

void add_table14(CLI::App& app) {
  add_command(app, "table14", [](const Call& call) {
    CoreFlags core;
    core.scratchpads = call.text("scratchpads");
    run({core, call.text("record"), call.text("out"), call.texts("points"), call.texts("memory"), call.texts("layers"),
         call.integer("batch_size")});
  });
}

}  // namespace ampa::commands
