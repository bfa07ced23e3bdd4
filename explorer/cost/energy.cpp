#include "cost/energy.h"

#include <fmt/format.h>

#include "common/error.h"

namespace ampa::cost {
namespace {

constexpr double kMostPicojoules = 1e12;

}  // namespace

void Events::add(const Events& other, double times) {
  for (std::size_t i = 0; i < macs.size(); ++i) macs[i] += other.macs[i] * times;
  scratchpad_bytes += other.scratchpad_bytes * times;
  memory_bytes += other.memory_bytes * times;
}

EnergyTable read_energy_table(const std::filesystem::path& path) {
  const Json json = read_json_file(path);
  JsonReader reader(json, path.string());
  reader.integer("schema_version", 1, 1);
  EnergyTable table;
  table.file = path.string();
  table.source = reader.string("source");
  if (table.source.empty()) reader.fail("source", "where the figures are from", "nothing");
  JsonReader macs = reader.child("mac_pj");
  for (Bits a = kMinOperandBits; a <= kMaxBits; ++a)
    for (Bits b = kMinOperandBits; b <= kMaxBits; ++b) {
      const std::string key = fmt::format("{}x{}", a, b);
      if (macs.has(key)) table.mac_pj[width_pair(a, b)] = macs.number(key, 0, kMostPicojoules);
    }
  macs.finish();
  table.sram_byte_pj = reader.number("sram_byte_pj", 0, kMostPicojoules);
  table.dram_byte_pj = reader.number("dram_byte_pj", 0, kMostPicojoules);
  reader.finish();
  return table;
}

void check_costs(const Events& events, const EnergyTable& table) {
  std::string missing;
  for (Bits a = kMinOperandBits; a <= kMaxBits; ++a)
    for (Bits b = kMinOperandBits; b <= kMaxBits; ++b)
      if (events.macs[width_pair(a, b)] > 0 && !table.mac_pj[width_pair(a, b)])
        missing += fmt::format("{}{}x{}", missing.empty() ? "" : ", ", a, b);
  if (!missing.empty())
    throw InputError(fmt::format("{}: mac_pj: expected a cost for {} bits, found none",
                                 table.file.empty() ? "energy table" : table.file, missing));
}

Energy energy_of(const Events& events, const EnergyTable& table) {
  check_costs(events, table);
  Energy energy;
  for (Bits a = kMinOperandBits; a <= kMaxBits; ++a)
    for (Bits b = kMinOperandBits; b <= kMaxBits; ++b) {
      const double count = events.macs[width_pair(a, b)];
      if (count > 0) energy.mac_pj += count * *table.mac_pj[width_pair(a, b)];
    }
  energy.sram_pj = events.scratchpad_bytes * table.sram_byte_pj;
  energy.dram_pj = events.memory_bytes * table.dram_byte_pj;
  return energy;
}

Json to_json(const Energy& energy) {
  return {{"mac_pj", energy.mac_pj},
          {"sram_pj", energy.sram_pj},
          {"dram_pj", energy.dram_pj},
          {"total_pj", energy.total_pj()}};
}

}  // namespace ampa::cost
