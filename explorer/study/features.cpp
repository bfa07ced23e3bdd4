#include "study/features.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace ampa::study {
namespace {

constexpr double kLogarithmicFrom = 20;

using Columns = std::vector<std::vector<double>>;  // of all trials, one after another

Columns scaled(std::vector<double> numbers) {
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  const double min = *low, max = *high;
  if (max == min) return {};
  for (double& number : numbers) number = (number - min) / (max - min);
  return {numbers};
}

Columns number_column(const std::vector<Json>& values) {
  std::vector<double> numbers;
  for (const Json& value : values) numbers.push_back(value.get<double>());
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  if (*low > 0 && *high > kLogarithmicFrom * *low)
    for (double& number : numbers) number = std::log(number);
  return scaled(std::move(numbers));
}

Columns choice_columns(const std::vector<Json>& values) {
  std::map<std::string, std::vector<double>> columns;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double>& column = columns[values[i].dump()];
    column.resize(values.size(), 0.0);
    column[i] = 1;
  }
  Columns list;
  if (columns.size() > 1)
    for (auto& [value, column] : columns) list.push_back(std::move(column));
  return list;
}

// Of the trials' ranges of RR, if all have one.
Columns range_column(const std::vector<sweep::TrialSummary>& trials, std::size_t count,
                     double sweep::ReductionRange::*end) {
  std::vector<double> percents;
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<sweep::ReductionRange>& range = trials[i].estimated_reduction;
    if (!range) return {};
    percents.push_back((*range).*end);
  }
  return scaled(std::move(percents));
}

}  // namespace

std::vector<std::vector<double>> features_of(const std::vector<sweep::TrialSummary>& trials, std::size_t count,
                                             const std::set<std::string>& keys) {
  std::vector<std::vector<double>> features(count);
  const auto add = [&](const Columns& columns) {
    for (const std::vector<double>& column : columns)
      for (std::size_t i = 0; i < count; ++i) features[i].push_back(column[i]);
  };
  for (const std::string& key : keys) {
    std::vector<Json> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(trials[i].config.at(key));
    const bool are_numbers = std::all_of(values.begin(), values.end(), [](const Json& v) { return v.is_number(); });
    add(are_numbers ? number_column(values) : choice_columns(values));
  }
  add(range_column(trials, count, &sweep::ReductionRange::low_percent));
  add(range_column(trials, count, &sweep::ReductionRange::high_percent));
  return features;
}

}  // namespace ampa::study
