// Arithmetic of cycles over whole runs.
#pragma once

#include <cstdint>

#include "gemm/backend.h"

namespace ampa::cost {

// sum + value * times. Throws std::overflow_error if that does not fit 63 bits.
std::int64_t add_product(std::int64_t sum, std::int64_t value, std::int64_t times);

// The same for each part of the cycles.
void add_product(gemm::JobCycles& sum, gemm::JobCycles cycles, std::int64_t times);

// 100 * (1 - cycles / baseline): what is saved, in percent.
double reduction_percent(std::int64_t cycles, std::int64_t baseline);

}  // namespace ampa::cost
