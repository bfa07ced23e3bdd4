// How layers come to widths of their own in a mixed stage of several widths trained together, and the table of all
// ways.
//
// To add one: its file, a function that gives its row, and its line in width_mixing.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "numerics/formats.h"

namespace ampa::allocate {

struct WidthMixing {
  std::string name, description;
  bool needs_traces = false;  // it tells layers whose trace is at least the mean from the others
  // The roulette's tickets of each width, above 0; null: every layer has the width of the pass.
  std::vector<std::int64_t> (*tickets)(const std::vector<Bits>& widths, bool is_sensitive) = nullptr;
};

// The table: none, uniform, hasb.
const std::vector<WidthMixing>& width_mixings();
std::vector<std::string> width_mixing_names();
const WidthMixing& width_mixing(const std::string& name);  // throws InputError for a name that is not in the table

// The layers whose trace is at least the mean of all.
std::vector<bool> sensitive_layers(const std::vector<double>& traces);

// A layer's width in the pass at width `pass` of a step (rules C1 and C2 of NUMERICS.md), an index of `tickets`; in
// epoch `done` of the `of` epochs of the stage, both counted from 1.
struct MixingPlace {
  std::uint64_t seed = 0;
  std::int64_t step = 0;
  std::size_t layer = 0, pass = 0;
  std::int64_t done = 1, of = 1;
};
std::size_t mixed_width(const MixingPlace& place, const std::vector<std::int64_t>& tickets);

}  // namespace ampa::allocate
