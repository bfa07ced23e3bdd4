#include "study/fidelities.h"

#include <algorithm>

#include "numerics/random_stream.h"
#include "study/ranking.h"

namespace ampa::study {
namespace {

constexpr std::size_t kNumBest = 3;

// What rankings are compared by.
std::size_t ranked_objective(const StudySpec& spec) {
  for (std::size_t k = 0; k < spec.objectives.size(); ++k)
    if (spec.objectives[k].info->name == "metric") return k;
  return 0;
}

// The same on every machine.
std::size_t draw(std::size_t fidelity, std::size_t round, std::size_t of) {
  const numerics::RandomStream stream{1, static_cast<std::uint32_t>(fidelity), 0};
  return static_cast<std::size_t>((std::uint64_t{stream.bits32(round)} * of) >> 32);
}

}  // namespace

Fidelities::Fidelities(const StudySpec& spec, const Lattice& lattice)
    : spec_(spec),
      lattice_(lattice),
      tried_(count()),
      num_since_(count()),
      num_rounds_(count()),
      went_on_(count()),
      is_off_(count(), false) {}

std::size_t Fidelities::next_on(std::optional<std::size_t> after) const {
  std::size_t fidelity = after ? *after + 1 : 0;
  while (fidelity < count() && is_off_[fidelity]) ++fidelity;
  return fidelity;
}

void Fidelities::start(std::size_t candidate, std::size_t fidelity) {
  tried_[fidelity].push_back(candidate);
  ++num_since_[fidelity];
}

std::optional<SettingFigures> Fidelities::figures(const History& history, std::size_t candidate,
                                                  std::size_t fidelity) const {
  return history.figures(lattice_.at_fidelity[fidelity][candidate], spec_.fidelities[fidelity].epochs, std::nullopt);
}

FidelityAgreement Fidelities::agreement(std::size_t fidelity, const History& history) const {
  const std::size_t k = ranked_objective(spec_);
  FidelityAgreement result;
  result.num_tried = static_cast<std::int64_t>(tried_[fidelity].size());
  result.num_promoted = static_cast<std::int64_t>(went_on_[fidelity].size());
  std::vector<double> there, here;
  for (const std::size_t candidate : tried_[fidelity]) {
    const auto cheap = figures(history, candidate, fidelity);
    const auto own = history.figures(candidate, spec_.epochs(), std::nullopt);
    if (!cheap || !own) continue;
    there.push_back(cheap->mean[k]);
    here.push_back(own->mean[k]);
  }
  result.num_shared = static_cast<std::int64_t>(there.size());
  if (there.size() < 2) return result;
  const auto tau_of = [&](const std::vector<std::size_t>& sample) {
    std::vector<double> x, y;
    for (const std::size_t i : sample) {
      x.push_back(there[i]);
      y.push_back(here[i]);
    }
    return statistics::kendall_tau(x, y);
  };
  result.tau = statistics::kendall_tau(there, here);
  result.interval = statistics::bootstrap(there.size(), tau_of);
  result.says_nothing = result.num_shared >= kFewestShared && result.interval.low <= 0 && result.interval.high >= 0;
  return result;
}

std::vector<std::size_t> Fidelities::chosen(const History& history, std::size_t fidelity) {
  std::vector<std::size_t> waiting;
  std::vector<statistics::Point> points;
  for (const std::size_t candidate : tried_[fidelity]) {
    if (went_on_[fidelity].count(candidate) > 0) continue;
    const auto found = figures(history, candidate, fidelity);
    if (!found) continue;
    waiting.push_back(candidate);
    points.push_back(turned(spec_, history.metric(), found->mean));
  }
  std::vector<std::size_t> order;
  for (const std::size_t place : best_first(points, kNumBest)) order.push_back(waiting[place]);
  if (order.size() > kNumBest) {
    const std::size_t others = order.size() - kNumBest;
    std::swap(order[kNumBest], order[kNumBest + draw(fidelity, num_rounds_[fidelity], others)]);
    order.resize(kNumBest + 1);
  }
  return order;
}

std::vector<Fidelities::Step> Fidelities::next(const History& history, bool is_last) {
  std::vector<Step> steps;
  for (std::size_t fidelity = count(); fidelity-- > 0;) {
    if (!is_off_[fidelity]) is_off_[fidelity] = agreement(fidelity, history).says_nothing;
    const auto enough = static_cast<std::size_t>(is_last ? 1 : spec_.fidelities[fidelity].settings);
    if (is_off_[fidelity] || num_since_[fidelity] < enough) continue;
    for (const std::size_t candidate : chosen(history, fidelity)) {
      went_on_[fidelity].insert(candidate);
      steps.push_back({candidate, next_on(fidelity)});
    }
    num_since_[fidelity] = 0;
    ++num_rounds_[fidelity];
  }
  return steps;
}

}  // namespace ampa::study
