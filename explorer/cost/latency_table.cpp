#include "cost/latency_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "cost/area.h"
#include "cost/cycles.h"

namespace ampa::cost {
namespace {

std::string name_of(const CoreCost& machine) {
  return fmt::format("{}, {}{}", machine.config.point.name, timing::to_string(machine.memory),
                     machine.results == Results::kCodes ? ", codes" : "");
}

Saved saved(const ByPass<CoreSum>& own, const ByPass<CoreSum>& int8) {
  const auto percent = [](const CoreSum& sum, const CoreSum& baseline) {
    return reduction_percent(sum.cycles.total(), baseline.cycles.total());
  };
  return {percent(own.forward(), int8.forward()), percent(own.backward(), int8.backward()),
          percent(own.total(), int8.total())};
}

double share(std::int64_t part, const CoreSum& sum) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(sum.cycles.total());
}

double ratio_to_fixed(const CoreCost& machine) {
  return static_cast<double>(machine.total.cycles.total()) / static_cast<double>(machine.fixed_total.cycles.total());
}

std::string parts(const CoreSum& sum) {
  std::string text;
  for (const CyclePart& part : kCycleParts) text += fmt::format("{:.1f} | ", share(sum.cycles.*part.count, sum));
  return text + fmt::format("{:.2f}", static_cast<double>(sum.cycles.total()) / 1e9);
}

std::string table14(const LatencyTable& table) {
  std::string header = "| core, memory | pass |", rule = "|---|---|";
  for (const std::string& layer : table.layers) header += fmt::format(" {} |", layer), rule += "---|";
  std::string text = header + " overall |\n" + rule + "---|\n";
  for (const CoreCost& machine : table.machines) {
    std::vector<Saved> columns;
    for (const std::string& layer : table.layers) columns.push_back(saved_on_layer(machine, layer));
    columns.push_back(saved_overall(machine));
    for (const auto& [pass, member] : {std::pair{"forward", &Saved::forward}, std::pair{"backward", &Saved::backward},
                                       std::pair{"both", &Saved::both}}) {
      text += fmt::format("| {} | {} |", name_of(machine), pass);
      for (const Saved& saved : columns) text += fmt::format(" {:.2f} % |", saved.*member);
      text += "\n";
    }
  }
  return text;
}

constexpr const char* kPartsHeader =
    R"(| core, memory | widths | compute % | fill/drain % | operand stall % | write stall % | 10^9 cycles | GB read | GB written | map % | brick % |
|---|---|---|---|---|---|---|---|---|---|---|
)";

std::string parts_table(const LatencyTable& table) {
  std::string text = kPartsHeader;
  for (const CoreCost& machine : table.machines)
    for (const auto& [name, sum] : {std::pair<const char*, const CoreSum*>{"recorded", &machine.total},
                                    std::pair<const char*, const CoreSum*>{"INT8", &machine.int8_total},
                                    std::pair<const char*, const CoreSum*>{"INT8 on int8", &machine.fixed_total}})
      text += fmt::format("| {} | {} | {} | {:.2f} | {:.2f} | {:.1f} | {:.1f} |\n", name_of(machine), name, parts(*sum),
                          static_cast<double>(sum->bytes_read) / 1e9, static_cast<double>(sum->bytes_written) / 1e9,
                          100 * sum->mapping_utilisation(), 100 * sum->brick_utilisation());
  return text;
}

constexpr const char* kAreaHeader =
    R"(| core, memory | cycles against INT8 on int8 | LUT x cycles, int8 with DSPs | DSPs of the int8 array | LUT x cycles, int8 without DSPs |
|---|---|---|---|---|
)";

std::string area_table(const LatencyTable& table) {
  std::string text = kAreaHeader;
  for (const CoreCost& machine : table.machines) {
    const EqualArea area = equal_area(machine);
    text += fmt::format("| {} | {:.3f} | {:.2f} | {} | {:.2f} |\n", name_of(machine), ratio_to_fixed(machine),
                        area.with_dsp, area.fixed_dsps, area.no_dsp);
  }
  return text;
}

std::string best_line(const char* what, const std::optional<CoreCost>& machine) {
  if (!machine) return fmt::format("- {}: the jobs fit none\n", what);
  const EqualArea area = equal_area(*machine);
  return fmt::format("- {}: {} with memory {}, results as {}: {:.2f} % fewer cycles than INT8 on the same core; ", what,
                     timing::name_of(machine->config), timing::to_string(machine->memory), to_string(machine->results),
                     machine->cycles_reduction_percent()) +
         fmt::format("LUT x cycles {:.2f} of the int8 array with DSPs, {:.2f} of it without\n", area.with_dsp,
                     area.no_dsp);
}

constexpr const char* kPaper = R"(
The paper's own row (Ding et al., ICML 2024, Table 14; design, memory and clock not disclosed): forward conv0 7.11 %, conv8 26.51 %, conv15 27.43 %, overall 23.36 %; backward 5.12 %, 18.84 %, 21.76 %, 17.06 %; all 19.16 %, at a RR of about 41 %. conv8 is layer2.0.conv2 and conv15 layer3.1.conv1 here; conv0 is the first convolution, which stays FP32 in our networks and is no job of the array.
)";

constexpr const char* kWhy = R"(
Why the figures differ from machine to machine: narrower operands shorten compute cycles and the fetch of operands. They shorten neither the fill and drain of a tile nor results that leave as 32-bit sums. Where results leave as codes, those of forward passes and activation gradients are as wide as the layer's activations and gradients; weight gradients leave as sums. On the INT8 run that is:

)";

// Which parts of the INT8 run's cycles widths can shorten, and which they cannot, on each machine.
std::string explanation(const LatencyTable& table) {
  std::string text = kWhy;
  for (const CoreCost& machine : table.machines) {
    const gemm::JobCycles int8 = machine.int8_total.cycles, own = machine.total.cycles;
    const auto share_of_int8 = [&](std::int64_t part) { return share(part, machine.int8_total); };
    text += fmt::format("- {}: {:.1f} % compute, of which {:.1f} % go; {:.1f} % fill/drain, of which {:.1f} % go; ",
                        name_of(machine), share_of_int8(int8.compute), reduction_percent(own.compute, int8.compute),
                        share_of_int8(int8.fill_drain), reduction_percent(own.fill_drain, int8.fill_drain));
    text += fmt::format("{:.1f} % operand stalls; {:.1f} % write stalls", share_of_int8(int8.operand_stall),
                        share_of_int8(int8.write_stall));
    if (own.write_stall > int8.write_stall)
      text += fmt::format(", which grow by {:.1f} % as the array waits for the memory instead of computing",
                          -reduction_percent(own.write_stall, std::max<std::int64_t>(1, int8.write_stall)));
    text += "\n";
  }
  return text;
}

constexpr const char* kTitle = R"(# Table 14: what mixed precision saves in cycles

Scheme {} at RR {:.2f} %, all steps of the recorded run (sha256 of its record {}).
)";

constexpr const char* kCoresTitle = R"(
## Cycles saved in a core with a memory

Cores around the older arrays (rtl/array, rtl/core), batch {}. Cycles saved against INT8 on the same core and memory; backward is both gradients. Results leave as sums or, "codes", requantized on their way out.

)";

constexpr const char* kPartsTitle = R"(
## Where the cycles go

Whole run. map: MACs per compute cycle of what the elements can do at these widths; brick: share of a multiplier at work.

)";

constexpr const char* kAreaTitle = R"(
## At equal logic

Withdrawn, see above: areas of flat loops stand beneath these figures.

LUT x cycles of the recorded run relative to INT8 training on the fixed int8 array of the same size and dataflow, once with its multipliers in DSP slices, once without; below 1 is a gain. Areas of the arrays alone (`ampa list points`).

)";

}  // namespace

Saved saved_on_layer(const CoreCost& cost, const std::string& layer) {
  const auto found =
      std::find_if(cost.layers.begin(), cost.layers.end(), [&](const auto& l) { return l.layer == layer; });
  if (found == cost.layers.end())
    throw InputError(fmt::format("layer: expected one that was costed, found '{}'", layer));
  return saved(found->passes, found->int8);
}

Saved saved_overall(const CoreCost& cost) {
  ByPass<CoreSum> passes, int8;
  for (const CoreLayerCost& layer : cost.layers)
    for (const gemm::Pass pass : kPasses) {
      passes[pass].add(layer.passes[pass], 1);
      int8[pass].add(layer.int8[pass], 1);
    }
  return saved(passes, int8);
}

EqualArea equal_area(const CoreCost& cost) {
  const PointArea own = area_of(cost.config.point), fixed = area_of(int8_point(cost.config.point));
  const double lut_cycles = ratio_to_fixed(cost) * static_cast<double>(own.no_dsp.lut);
  return {lut_cycles / static_cast<double>(fixed.with_dsp.lut), lut_cycles / static_cast<double>(fixed.no_dsp.lut),
          fixed.with_dsp.dsp48e1};
}

CoreCost cost_of(const record::RunRecord& record, const Machine& machine, CoreCostOptions options,
                 const std::string& source) {
  options.results = machine.results;
  return cost_on_core(record, machine.config, machine.memory, options, source);
}

BestMachines find_best_machines(const record::RunRecord& record, const std::vector<Machine>& grid,
                                const CoreCostOptions& options, const std::string& source) {
  BestMachines best;
  for (const Machine& machine : grid) {
    CoreCost cost;
    try {
      cost = cost_of(record, machine, options, source);
    } catch (const InputError&) {
      continue;  // a job does not fit the scratchpads
    }
    ++best.num_machines;
    if (!best.most_saved || cost.cycles_reduction_percent() > best.most_saved->cycles_reduction_percent())
      best.most_saved = cost;
    if (!best.least_area_time || equal_area(cost).no_dsp < equal_area(*best.least_area_time).no_dsp)
      best.least_area_time = cost;
  }
  return best;
}

std::string to_markdown(const LatencyTable& table, const BestMachines& best, const std::string& grids) {
  return fmt::format(kTitle, table.scheme, table.bitops_reduction_percent, table.record_sha256) + grids +
         fmt::format(kCoresTitle, table.batch_size) + table14(table) + kPaper + explanation(table) + kPartsTitle +
         parts_table(table) + kAreaTitle + area_table(table) +
         fmt::format("\n## Where it pays most\n\nOf {} cores with a memory and a form of results:\n\n",
                     best.num_machines) +
         best_line("largest saving against INT8 on the same core", best.most_saved) +
         best_line("least LUT x cycles against INT8 on the int8 array without DSPs", best.least_area_time);
}

}  // namespace ampa::cost
