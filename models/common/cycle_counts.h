// Clock cycles in four parts: the one type in which cycles are counted, added up, printed and stored.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "common/checked.h"
#include "common/json_reader.h"

namespace ampa {

// Each cycle is counted once: those in which operands enter an array, those in which the array waits for memory to read
// or to take results, and all others. An array without memory never waits. Sums that do not fit 63 bits throw
// OverflowError.
struct CycleCounts {
  std::int64_t compute = 0;
  std::int64_t fill_drain = 0;
  std::int64_t operand_stall = 0;
  std::int64_t write_stall = 0;

  std::int64_t stalls() const;
  std::int64_t total() const;
  // Adds `other` so many times.
  void add(const CycleCounts& other, std::int64_t times);
  CycleCounts& operator+=(const CycleCounts& other) {
    add(other, 1);
    return *this;
  }
  friend CycleCounts operator+(CycleCounts x, const CycleCounts& y) { return x += y; }
};

// Every part once: whoever goes through the parts goes through this table, so that none is left out.
struct CyclePart {
  const char* name;  // as in "compute", "operand stall"
  const char* key;   // of JSON and CSV, as in "compute_cycles"
  std::int64_t CycleCounts::*count;
};
constexpr std::array<CyclePart, 4> kCycleParts{{
    {"compute", "compute_cycles", &CycleCounts::compute},
    {"fill/drain", "fill_drain_cycles", &CycleCounts::fill_drain},
    {"operand stall", "operand_stall_cycles", &CycleCounts::operand_stall},
    {"write stall", "write_stall_cycles", &CycleCounts::write_stall},
}};
static_assert(sizeof(CycleCounts) == kCycleParts.size() * sizeof(std::int64_t), "a part of the cycles has no entry");

inline std::int64_t CycleCounts::stalls() const {
  return checked_add(operand_stall, write_stall, "cycles");
}

inline std::int64_t CycleCounts::total() const {
  std::int64_t sum = 0;
  for (const CyclePart& part : kCycleParts) sum = checked_add(sum, this->*part.count, "cycles");
  return sum;
}

inline void CycleCounts::add(const CycleCounts& other, std::int64_t times) {
  for (const CyclePart& part : kCycleParts)
    this->*part.count =
        checked_add(this->*part.count, checked_mul(other.*part.count, times, "cycles"), "cycles");
}

inline bool operator==(const CycleCounts& x, const CycleCounts& y) {
  for (const CyclePart& part : kCycleParts)
    if (x.*part.count != y.*part.count) return false;
  return true;
}
inline bool operator!=(const CycleCounts& x, const CycleCounts& y) {
  return !(x == y);
}

// "101 cycles: 60 compute, 20 fill/drain, 11 operand stall, 10 write stall"
std::string to_words(const CycleCounts& cycles);

// The names of the parts and "cycles" as the heads of columns, and the counts under them: right-aligned in `width`
// characters each, a blank before each.
std::string cycle_heads(int width);
std::string cycle_columns(const CycleCounts& cycles, int width);

// {"compute_cycles", "fill_drain_cycles", "operand_stall_cycles", "write_stall_cycles", "total_cycles"}
Json to_json(const CycleCounts& cycles);
// Reads what to_json writes, and objects of former versions, which had no stalls. Throws InputError for parts beyond
// [0, max], a sum beyond max, a total that is not their sum, and other keys.
CycleCounts cycles_from_json(JsonReader reader, std::int64_t max);

}  // namespace ampa
