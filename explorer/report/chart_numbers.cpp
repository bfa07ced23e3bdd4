#include "report/chart_numbers.h"

#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <string>

#include "sweep/statistics.h"

namespace ampa::report {

Json rounded(double value) {
  return std::isfinite(value) ? Json(std::stod(fmt::format("{:.6g}", value))) : Json(nullptr);
}

std::optional<double> half_width(std::size_t count, std::optional<double> std_dev) {
  if (count < 2 || !std_dev) return std::nullopt;
  const auto n = static_cast<double>(count);
  return boost::math::quantile(boost::math::students_t(n - 1), 0.975) * *std_dev / std::sqrt(n);
}

Json spread_json(const std::vector<double>& values, double scale) {
  Json json = {{"values", Json::array()}};
  for (const double value : values) json["values"].push_back(rounded(scale * value));
  const auto statistics = sweep::statistics_of(values);
  json["mean"] = rounded(scale * statistics->mean);
  const std::optional<double> half = half_width(values.size(), statistics->std_dev);
  json["half"] = half ? rounded(scale * *half) : Json(nullptr);
  return json;
}

}  // namespace ampa::report
