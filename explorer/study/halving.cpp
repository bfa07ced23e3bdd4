#include "study/halving.h"

#include "study/ranking.h"

namespace ampa::study {

Halving::Halving(const StudySpec& spec, std::vector<std::int64_t> rungs) : spec_(spec), rungs_(std::move(rungs)) {
  rungs_.push_back(spec.epochs());
  at_rung_.resize(rungs_.size());
}

// Best first, those that were ruled out left out.
std::vector<std::size_t> Halving::ranked(const History& history, std::size_t rung) const {
  std::vector<std::size_t> settings;
  std::vector<statistics::Point> points;
  for (const std::size_t setting : at_rung_[rung])
    if (const auto figures = history.figures(setting, rungs_[rung], std::nullopt)) {
      settings.push_back(setting);
      points.push_back(turned(spec_, history.metric(), figures->prospect));
    }
  std::vector<std::size_t> best;
  for (const std::size_t i : best_first(points, num_to_go_on(points.size()) + 1)) best.push_back(settings[i]);
  return best;
}

std::size_t Halving::num_to_go_on(std::size_t of) const {
  return of / static_cast<std::size_t>(spec_.halving->keep_one_in);
}

Promotion Halving::promote(std::size_t setting, std::size_t rung) {
  went_on_.emplace(rung, setting);
  at_rung_[rung + 1].push_back(setting);
  return {setting, rungs_[rung + 1]};
}

std::optional<Promotion> Halving::next(const History& history, bool is_last) {
  for (std::size_t rung = rungs_.size() - 1; rung-- > 0;) {
    const std::vector<std::size_t> best = ranked(history, rung);
    for (std::size_t i = 0; i < num_to_go_on(best.size()); ++i)
      if (went_on_.count({rung, best[i]}) == 0) return promote(best[i], rung);
  }
  if (!is_last || !at_rung_.back().empty()) return std::nullopt;
  for (std::size_t rung = rungs_.size() - 1; rung-- > 0;)
    for (const std::size_t setting : ranked(history, rung))
      if (went_on_.count({rung, setting}) == 0) return promote(setting, rung);
  return std::nullopt;
}

}  // namespace ampa::study
