// Numbers as the chart data hold them.
#pragma once

#include <optional>
#include <vector>

#include "common/json_reader.h"

namespace ampa::report {

// Six digits; null if not finite.
Json rounded(double value);

// {"mean", "half", "values"}: half the width of the mean's 95 % interval, mean +- t(.975, n - 1) s / sqrt(n), null for
// one value. `values` are rounded and not empty.
Json spread_json(const std::vector<double>& values, double scale = 1);

// That half width.
std::optional<double> half_width(std::size_t count, std::optional<double> std_dev);

}  // namespace ampa::report
