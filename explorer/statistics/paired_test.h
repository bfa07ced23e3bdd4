// Whether a setting loses no more than a limit, from runs of it and of a reference with the same seeds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ampa::statistics {

// A loss is how much the setting falls behind the reference with one seed. Losses are taken as normal about their mean.
struct PairedTest {
  std::int64_t count = 0;
  double mean = 0;
  std::optional<double> std_dev;  // of the sample (n - 1); this and what follows: none for fewer than two seeds
  std::optional<double> at_most;  // one-sided 95 % bound of the mean loss: mean + t(.95, n - 1) s / sqrt(n)
  std::optional<double> p;        // of losses as small as these if the mean loss were the limit: P(T <= t(n - 1))
};

// No spread at all counts as certainty: p is then 0 or 1. `losses` is not empty.
PairedTest test_loss(const std::vector<double>& losses, double limit);

// Holm's step-down: p values made larger so that calling all below 5 % met is wrong in any with probability 5 %.
std::vector<double> holm(const std::vector<double>& p);
// The same in place, of those that are there.
void correct_for_many(const std::vector<std::optional<double>*>& p);

// Seeds with which a one-sided 5 % test would find with power 80 % that a mean loss of `mean` is below `limit`:
// ((1.645 + 0.842) s / (limit - mean))^2, rounded up, at least 2. None if the loss is not below the limit.
std::optional<std::int64_t> seeds_needed(double mean, double std_dev, double limit);

}  // namespace ampa::statistics
