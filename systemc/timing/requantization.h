// Results that leave a core as codes of another tensor instead of as sums: rule Z3 of NUMERICS.md, by the units of
// rtl/core/ampa_core_quantize.v.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "numerics/quantizer.h"
#include "numerics/random_stream.h"
#include "timing/core_config.h"

namespace ampa::timing {

// The form of the codes, which decides what they take of memory and time.
struct CodeResults {
  Bits bits = 8;  // kMinBits .. kMaxBits
  bool is_stochastic = false;
  bool is_corrected = false;  // each column has a correction

  friend bool operator==(CodeResults x, CodeResults y) {
    return x.bits == y.bits && x.is_stochastic == y.is_stochastic && x.is_corrected == y.is_corrected;
  }
  friend bool operator!=(CodeResults x, CodeResults y) { return !(x == y); }
};

// The numbers by which they are made.
struct Requantization {
  float scale = 1;                               // of the sums
  numerics::QuantParams params;                  // of the codes
  std::optional<numerics::RandomStream> random;  // of stochastic rounding; none: nearest
  std::vector<std::int32_t> columns;             // what is taken off the sums of each column; empty: nothing

  // The code of a sum. Results are numbered in the order in which they lie in memory; each block begins with a number
  // that is a multiple of 8.
  std::int32_t code(std::int64_t sum, std::int64_t column, std::uint64_t number) const;
};

// The form of codes; none of none.
std::optional<CodeResults> form_of(const std::optional<Requantization>& codes);

// The corrections that a core holds.
constexpr std::int64_t kMaxColumns = 2048;

// Cycles from the first in which a block of so many sums is there, and a half for its codes free, to the first in which
// the block of codes is.
std::int64_t quantize_cycles(const CoreConfig& config, CodeResults form, std::int64_t num_sums);

}  // namespace ampa::timing
