// Arithmetic of cycles over whole runs.
#pragma once

#include <cstdint>

namespace ampa::cost {

// 100 * (1 - cycles / baseline): what is saved, in percent.
double reduction_percent(std::int64_t cycles, std::int64_t baseline);

}  // namespace ampa::cost
