#include "common/metric.h"

#include <fmt/format.h>

namespace ampa {
namespace {

std::string sign(const Metric& metric) {
  return metric.unit == "percent" ? "%" : metric.unit;
}

std::string word(std::string text) {
  for (char& c : text)
    if (c == ' ' || c == '-') c = '_';
  return text;
}

}  // namespace

std::string metric_key(const Metric& metric) {
  return word(metric.unit.empty() ? metric.name : metric.name + '_' + metric.unit);
}

std::string metric_title(const Metric& metric) {
  return metric.unit.empty() ? metric.name : fmt::format("{} ({})", metric.name, sign(metric));
}

std::string metric_words(const Metric& metric, double value) {
  return metric.unit.empty() ? fmt::format("{:.2f}", value) : fmt::format("{:.2f} {}", value, sign(metric));
}

std::string difference_unit(const Metric& metric) {
  return metric.unit == "percent" ? "points" : metric.unit;
}

std::string difference_words(const Metric& metric) {
  const std::string unit = difference_unit(metric);
  return unit.empty() ? "" : ' ' + unit;
}

}  // namespace ampa
