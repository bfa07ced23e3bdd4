#include "cost/latency_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.h"
#include "cost/area.h"

namespace ampa::cost {
namespace {

double saved_percent(std::int64_t cycles, std::int64_t baseline) {
  return baseline > 0 ? 100.0 * (1.0 - static_cast<double>(cycles) / static_cast<double>(baseline)) : 0;
}

std::int64_t backward(const std::array<CoreSum, 3>& passes) {
  return passes[1].cycles.total() + passes[2].cycles.total();
}

// The array of int8 elements of the same size and dataflow.
timing::HardwarePoint fixed_point(timing::HardwarePoint point) {
  point.pe = timing::Pe::kInt8;
  point.form = timing::Form::kSynthesised;
  return point;
}

double share(std::int64_t part, const CoreSum& sum) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(sum.cycles.total());
}

std::string parts(const CoreSum& sum) {
  return fmt::format("{:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.2f}", share(sum.cycles.compute, sum),
                     share(sum.cycles.fill_drain, sum), share(sum.cycles.operand_stall, sum),
                     share(sum.cycles.write_stall, sum), static_cast<double>(sum.cycles.total()) / 1e9);
}

std::string table14(const LatencyTable& table) {
  std::string header = "| core, memory | pass |", rule = "|---|---|";
  for (const std::string& layer : table.layers) header += fmt::format(" {} |", layer), rule += "---|";
  std::string text = header + " overall |\n" + rule + "---|\n";
  for (const LatencyRow& row : table.rows) {
    const std::string machine =
        fmt::format("{}, {}", row.cost.config.point.name, platform::to_string(row.machine.memory));
    std::vector<Saved> columns;
    for (const std::string& layer : table.layers) columns.push_back(saved_on_layer(row.cost, layer));
    columns.push_back(saved_overall(row.cost));
    for (const auto& [pass, member] : {std::pair{"forward", &Saved::forward}, std::pair{"backward", &Saved::backward},
                                       std::pair{"both", &Saved::both}}) {
      text += fmt::format("| {} | {} |", machine, pass);
      for (const Saved& saved : columns) text += fmt::format(" {:.2f} % |", saved.*member);
      text += "\n";
    }
  }
  return text;
}

std::string parts_table(const LatencyTable& table) {
  std::string text =
      "| core, memory | widths | compute % | fill/drain % | operand stall % | write stall % | 10^9 cycles | GB read | "
      "GB "
      "written | map % | brick % |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const LatencyRow& row : table.rows)
    for (const auto& [name, sum] : {std::pair<const char*, const CoreSum*>{"recorded", &row.cost.total},
                                    std::pair<const char*, const CoreSum*>{"INT8", &row.cost.int8_total},
                                    std::pair<const char*, const CoreSum*>{"INT8 on int8", &row.cost.fixed_total}})
      text += fmt::format("| {}, {} | {} | {} | {:.2f} | {:.2f} | {:.1f} | {:.1f} |\n", row.cost.config.point.name,
                          platform::to_string(row.machine.memory), name, parts(*sum),
                          static_cast<double>(sum->bytes_read) / 1e9, static_cast<double>(sum->bytes_written) / 1e9,
                          100 * sum->mapping_utilisation(), 100 * sum->brick_utilisation());
  return text;
}

std::string area_table(const LatencyTable& table) {
  std::string text =
      "| core, memory | cycles against INT8 on int8 | LUT x cycles, int8 with DSPs | DSPs of the int8 array | LUT x "
      "cycles, "
      "int8 without DSPs |\n|---|---|---|---|---|\n";
  for (const LatencyRow& row : table.rows) {
    const double cycles =
        static_cast<double>(row.cost.total.cycles.total()) / static_cast<double>(row.cost.fixed_total.cycles.total());
    const EqualArea area = equal_area(row.cost);
    text += fmt::format("| {}, {} | {:.3f} | {:.2f} | {} | {:.2f} |\n", row.cost.config.point.name,
                        platform::to_string(row.machine.memory), cycles, area.with_dsp, area.fixed_dsps, area.no_dsp);
  }
  return text;
}

std::string best_line(const char* what, const std::optional<LatencyRow>& row) {
  if (!row) return fmt::format("- {}: the jobs fit none\n", what);
  const EqualArea area = equal_area(row->cost);
  return fmt::format(
      "- {}: {} with memory {}: {:.2f} % fewer cycles than INT8 on the same core; LUT x cycles {:.2f} of the int8 "
      "array "
      "with DSPs, {:.2f} of it without\n",
      what, platform::name_of(row->cost.config), platform::to_string(row->machine.memory),
      row->cost.cycles_reduction_percent(), area.with_dsp, area.no_dsp);
}

constexpr const char* kPaper =
    "\nThe paper's own row (Ding et al., ICML 2024, Table 14; design, memory and clock not disclosed): forward conv0 "
    "7.11 %, conv8 "
    "26.51 %, conv15 27.43 %, overall 23.36 %; backward 5.12 %, 18.84 %, 21.76 %, 17.06 %; all 19.16 %, at a RR of "
    "about 41 %. "
    "conv8 is layer2.0.conv2 and conv15 layer3.1.conv1 here; conv0 is the first convolution, which stays FP32 in our "
    "networks "
    "and is no job of the array.\n";

// Which parts of the INT8 run's cycles widths can shorten, and which they cannot, on each machine.
std::string explanation(const LatencyTable& table) {
  std::string text =
      "\nWhy the figures differ from machine to machine: narrower operands shorten compute cycles and the fetch of "
      "operands. They "
      "shorten neither the fill and drain of a tile nor the results, which leave as 32-bit sums whatever the widths "
      "are. On the "
      "INT8 run that is:\n\n";
  for (const LatencyRow& row : table.rows) {
    const CoreSum &int8 = row.cost.int8_total, &own = row.cost.total;
    text += fmt::format(
        "- {}, {}: {:.1f} % compute, of which {:.1f} % go; {:.1f} % fill/drain, of which {:.1f} % go; {:.1f} % operand "
        "stalls; "
        "{:.1f} % write stalls{}\n",
        row.cost.config.point.name, platform::to_string(row.machine.memory), share(int8.cycles.compute, int8),
        saved_percent(own.cycles.compute, int8.cycles.compute), share(int8.cycles.fill_drain, int8),
        saved_percent(own.cycles.fill_drain, int8.cycles.fill_drain), share(int8.cycles.operand_stall, int8),
        share(int8.cycles.write_stall, int8),
        own.cycles.write_stall > int8.cycles.write_stall
            ? fmt::format(", which grow by {:.1f} % as the array waits for the memory instead of computing",
                          -saved_percent(own.cycles.write_stall, std::max<std::int64_t>(1, int8.cycles.write_stall)))
            : std::string());
  }
  return text;
}

}  // namespace

Saved saved_on_layer(const CoreCost& cost, const std::string& layer) {
  const auto found =
      std::find_if(cost.layers.begin(), cost.layers.end(), [&](const auto& l) { return l.layer == layer; });
  if (found == cost.layers.end())
    throw InputError(fmt::format("layer: expected one that was costed, found '{}'", layer));
  return {saved_percent(found->passes[0].cycles.total(), found->int8[0].cycles.total()),
          saved_percent(backward(found->passes), backward(found->int8)),
          saved_percent(found->total().cycles.total(), found->int8_total().cycles.total())};
}

Saved saved_overall(const CoreCost& cost) {
  std::int64_t forward = 0, int8_forward = 0, back = 0, int8_back = 0;
  for (const CoreLayerCost& layer : cost.layers) {
    forward += layer.passes[0].cycles.total();
    int8_forward += layer.int8[0].cycles.total();
    back += backward(layer.passes);
    int8_back += backward(layer.int8);
  }
  return {saved_percent(forward, int8_forward), saved_percent(back, int8_back), cost.cycles_reduction_percent()};
}

EqualArea equal_area(const CoreCost& cost) {
  const PointArea own = area_of(cost.config.point), fixed = area_of(fixed_point(cost.config.point));
  const double cycles =
      static_cast<double>(cost.total.cycles.total()) / static_cast<double>(cost.fixed_total.cycles.total());
  const auto lut = static_cast<double>(own.no_dsp.lut);
  return {cycles * lut / static_cast<double>(fixed.with_dsp.lut), cycles * lut / static_cast<double>(fixed.no_dsp.lut),
          fixed.with_dsp.dsp48e1};
}

BestMachines find_best_machines(const record::RunRecord& record, const std::vector<Machine>& grid,
                                const CoreCostOptions& options, const std::string& source) {
  BestMachines best;
  for (const Machine& machine : grid) {
    LatencyRow row{machine, {}};
    try {
      row.cost = cost_on_core(record, machine.config, machine.memory, options, source);
    } catch (const InputError&) {
      continue;  // a job does not fit the scratchpads
    }
    ++best.num_machines;
    if (!best.most_saved || row.cost.cycles_reduction_percent() > best.most_saved->cost.cycles_reduction_percent())
      best.most_saved = row;
    if (!best.least_area_time || equal_area(row.cost).no_dsp < equal_area(best.least_area_time->cost).no_dsp)
      best.least_area_time = row;
  }
  return best;
}

std::string to_markdown(const LatencyTable& table, const BestMachines& best) {
  std::string text = fmt::format(
      "# Table 14: what mixed precision saves in cycles\n\nScheme {} at RR {:.2f} %, batch {}, all steps of the "
      "recorded "
      "run (sha256 of its record {}). Cycles saved against INT8 on the same core and memory; backward is both "
      "gradients.\n\n",
      table.scheme, table.bitops_reduction_percent, table.batch_size, table.record_sha256);
  text += table14(table);
  text += kPaper + explanation(table);
  text +=
      "\n## Where the cycles go\n\nWhole run. map: MACs per compute cycle of what the elements can do at these widths; "
      "brick: share of a multiplier at work.\n\n" +
      parts_table(table);
  text +=
      "\n## At equal logic\n\nLUT x cycles of the recorded run relative to INT8 training on the fixed int8 array of "
      "the "
      "same size and dataflow, once with its multipliers in DSP slices, once without; below 1 is a gain. Areas of the "
      "arrays alone (`ampa list points`).\n\n" +
      area_table(table);
  text += fmt::format("\n## Where it pays most\n\nOf {} cores and memories:\n\n", best.num_machines);
  text += best_line("largest saving against INT8 on the same core", best.most_saved);
  text += best_line("least LUT x cycles against INT8 on the int8 array without DSPs", best.least_area_time);
  return text;
}

}  // namespace ampa::cost
