// A hook for energy: costs per event from a table that the user brings. None is shipped.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "common/json_reader.h"
#include "numerics/formats.h"

namespace ampa::cost {

// Tables by the widths of A and B, each 0 .. kMaxBits.
constexpr std::size_t kNumWidthPairs = (kMaxBits + 1) * (kMaxBits + 1);
constexpr std::size_t width_pair(Bits a, Bits b) {
  return static_cast<std::size_t>(a * (kMaxBits + 1) + b);
}

// What happens while jobs run, counted.
struct Events {
  std::array<double, kNumWidthPairs> macs{};
  double scratchpad_bytes = 0;  // timing::scratchpad_bytes
  double memory_bytes = 0;      // of the port, whole beats
  void add(const Events& other, double times);
};

// {"schema_version": 1, "source": "where the figures are from", "mac_pj": {"8x8": 0.3, ...}, "sram_byte_pj": 1.2,
//  "dram_byte_pj": 80}; the key AxB is the width of A times that of B.
struct EnergyTable {
  std::string file;    // that it was read from
  std::string source;  // of the figures
  std::array<std::optional<double>, kNumWidthPairs> mac_pj;
  double sram_byte_pj = 0, dram_byte_pj = 0;
};

// Throws InputError naming file, key, what was expected and found.
EnergyTable read_energy_table(const std::filesystem::path& path);

struct Energy {
  double mac_pj = 0, sram_pj = 0, dram_pj = 0;
  double total_pj() const { return mac_pj + sram_pj + dram_pj; }
};

// Throws InputError naming all pairs of widths that were used and that the table has no cost for.
void check_costs(const Events& events, const EnergyTable& table);

// Throws as check_costs does.
Energy energy_of(const Events& events, const EnergyTable& table);

Json to_json(const Energy& energy);

}  // namespace ampa::cost
