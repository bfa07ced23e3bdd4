#include "commands/simulate_core.h"

#include <fmt/format.h>

#include <charconv>

#include "commands/output.h"
#include "common/error.h"
#include "cost/cycles.h"

namespace ampa::commands {
namespace {

constexpr int kCyclesWidth = 15;

std::int64_t parse_step(std::string_view text, const std::string& all) {
  std::int64_t step = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  if (error != std::errc() || end != text.data() + text.size() || step < 0)
    throw InputError(fmt::format("--steps: expected FIRST..LAST or FIRST.., counted from 0, found '{}'", all));
  return step;
}

void print_line(const std::string& name, const cost::CoreSum& sum, const cost::CoreSum& int8,
                const cost::CoreSum& fixed) {
  print(fmt::format("{:<22}{} {:>11.2f} {:>11.2f} {:>7.1f} {:>7.1f} {:>8.2f} {:>8.2f}\n", name,
                    cycle_columns(sum.cycles, kCyclesWidth), static_cast<double>(sum.bytes_read) / 1e6,
                    static_cast<double>(sum.bytes_written) / 1e6, 100 * sum.mapping_utilisation(),
                    100 * sum.brick_utilisation(), cost::reduction_percent(sum.cycles.total(), int8.cycles.total()),
                    cost::reduction_percent(sum.cycles.total(), fixed.cycles.total())));
}

}  // namespace

void parse_steps(const std::string& text, cost::CoreCostOptions& options) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos)
    throw InputError(fmt::format("--steps: expected FIRST..LAST or FIRST.., counted from 0, found '{}'", text));
  options.first_step = parse_step(std::string_view(text).substr(0, dots), text);
  if (dots + 2 < text.size()) options.last_step = parse_step(std::string_view(text).substr(dots + 2), text);
}

void print_core_cost(const cost::CoreCost& cost) {
  print(fmt::format("{}, memory {}, results as {}, {} training steps\n\n", timing::name_of(cost.config),
                    timing::to_string(cost.memory), to_string(cost.results), cost.num_steps));
  print(fmt::format("{:<22}{} {:>11} {:>11} {:>7} {:>7} {:>8} {:>8}\n", "layer, pass", cycle_heads(kCyclesWidth),
                    "MB read", "MB written", "map %", "brick %", "saved %", "fixed %"));
  for (const cost::CoreLayerCost& layer : cost.layers)
    for (const gemm::Pass pass : cost::kPasses)
      if (layer.passes[pass].cycles.total() > 0)
        print_line(fmt::format("{} {}", layer.layer, gemm::to_string(pass)), layer.passes[pass], layer.int8[pass],
                   layer.fixed[pass]);
  print_line("total", cost.total, cost.int8_total, cost.fixed_total);
  print(
      "\nmap: MACs per compute cycle of what the elements can do at these widths; brick: share of a multiplier at "
      "work;\n"
      "saved: cycles against all widths 8 on the same core; fixed: against 8 bits on an array of int8 elements of its "
      "size\n");
}

void print_check(const cost::CoreCheck& check, const std::string& backend) {
  print(fmt::format(
      "\n{}: ran {} random jobs of the record ({} MACs; {}): sums equal to the cpu's, cycles equal to the model's "
      "in all four parts\n",
      backend, check.num_jobs, check.num_macs, to_words(check.cycles)));
}

void print_energy(const cost::CoreCost& cost, const cost::EnergyTable& table) {
  print(fmt::format("\nenergy from a table of {}, mJ\n{:<22} {:>12} {:>12} {:>12} {:>12}\n", table.source, "", "MACs",
                    "scratchpads", "memory", "total"));
  for (const auto& [name, sum] : {std::pair<const char*, const cost::CoreSum*>{"recorded", &cost.total},
                                  std::pair<const char*, const cost::CoreSum*>{"INT8", &cost.int8_total}}) {
    const cost::Energy energy = cost::energy_of(sum->events, table);
    print(fmt::format("{:<22} {:>12.4g} {:>12.4g} {:>12.4g} {:>12.4g}\n", name, energy.mac_pj * 1e-9,
                      energy.sram_pj * 1e-9, energy.dram_pj * 1e-9, energy.total_pj() * 1e-9));
  }
}

Json energy_json(const cost::CoreCost& cost, const cost::EnergyTable& table) {
  return {{"source", table.source},
          {"total", to_json(cost::energy_of(cost.total.events, table))},
          {"int8_total", to_json(cost::energy_of(cost.int8_total.events, table))}};
}

}  // namespace ampa::commands
