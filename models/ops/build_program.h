// From a network's description to a program that trains it.
#pragma once

#include <cstdint>
#include <optional>

#include "ir/builder.h"

namespace ampa::ops {

enum class Streaming { kOff, kOn };  // see ir/stream_rows.h; changes time and memory, never a bit

// Weights are drawn from `seed`: uniform in +-sqrt(gain / fan_in) with the gain of their op (6 for convolutions, He et
// al. 2015; 1 for linear layers); biases are zero.
// Without a seed parameters have no values and no memory (ir::Builder).
ir::Program build_program(const ir::Network& network, ir::Arithmetic arithmetic, std::optional<std::uint64_t> seed,
                          Streaming streaming = Streaming::kOn, const ir::Recipe& recipe = {});

}  // namespace ampa::ops
