// The figure by which a task's results are compared.
#pragma once

#include <string>

namespace ampa {

struct Metric {
  std::string name;  // "accuracy", "dice", "perplexity": as sentences and columns have it
  std::string unit;  // "percent"; empty: none
  bool larger_is_better = true;
  friend bool operator==(const Metric& x, const Metric& y) {
    return x.name == y.name && x.unit == y.unit && x.larger_is_better == y.larger_is_better;
  }
};

// Whether `x` is a better value than `y`; not if either is no number.
inline bool is_better(const Metric& metric, double x, double y) {
  return metric.larger_is_better ? x > y : x < y;
}

// How much `x` falls behind `y`: positive if it is worse, in the metric's unit.
inline double shortfall(const Metric& metric, double x, double y) {
  return metric.larger_is_better ? y - x : x - y;
}

// "accuracy_percent": the metric as a key of JSON and a column of CSV.
std::string metric_key(const Metric& metric);

// "accuracy (%)": above a column, along an axis. "(%)" is left out without a unit.
std::string metric_title(const Metric& metric);

// "90.62 %": a value with its unit.
std::string metric_words(const Metric& metric, double value);

// Of a difference of two values: "points" for percent, else the unit.
std::string difference_unit(const Metric& metric);

// " points", or nothing for a metric without a unit: behind a number.
std::string difference_words(const Metric& metric);

}  // namespace ampa
