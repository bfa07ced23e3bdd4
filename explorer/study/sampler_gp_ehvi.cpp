// Settings that are expected to add most to the front, by a Gaussian process of each objective.
#include <algorithm>
#include <limits>

#include "study/ehvi_boxes.h"
#include "study/gaussian_process.h"
#include "study/sampler.h"
#include "study/sobol_walk.h"

namespace ampa::study {
namespace {

constexpr std::size_t kLeastInitial = 4;
constexpr std::size_t kMaxCandidates = 20000;  // that a choice looks at
constexpr std::size_t kMaxMeasurements = 600;  // of a model: the last ones
constexpr double kMargin = 0.1;                // of the range, by which the reference lies below the worst

// All objectives count as uncertain, and as independent of each other: a saving that hardly depends on the seed is
// known of the settings that were run, and of others no better than the model predicts it.
class GpEhvi : public Sampler {
 public:
  GpEhvi(const Lattice& lattice, const Json& values)
      : lattice_(lattice),
        walk_(lattice, values.at("seed").get<std::uint64_t>()),
        num_initial_(values.at("initial").get<std::size_t>()) {
    if (num_initial_ == 0) num_initial_ = std::max(kLeastInitial, lattice.radices.size());
  }

  std::vector<std::size_t> ask(const std::vector<Observation>& seen, const std::vector<bool>& taken,
                               std::size_t count) override {
    std::vector<bool> not_free = taken;
    std::vector<std::size_t> chosen;
    const auto choose = [&](std::size_t setting) {
      not_free[setting] = true;
      chosen.push_back(setting);
    };
    while (chosen.size() < count && num_asked_ + chosen.size() < num_initial_) {
      const std::optional<std::size_t> setting = walk_.next(not_free);
      if (!setting) break;
      choose(*setting);
    }
    if (chosen.size() < count && seen.size() >= 2) {
      Model model(lattice_, seen);
      while (chosen.size() < count) {
        const std::optional<std::size_t> setting = model.best_of(candidates(not_free));
        if (!setting) break;
        choose(*setting);
        model.expect(*setting);
      }
    }
    while (chosen.size() < count) {  // too little is known, or nothing is expected to add anything
      const std::optional<std::size_t> setting = walk_.next(not_free);
      if (!setting) break;
      choose(*setting);
    }
    num_asked_ += chosen.size();
    return chosen;
  }

 private:
  // What the observations say, and the front with what is expected of settings that were chosen since.
  class Model {
   public:
    Model(const Lattice& lattice, const std::vector<Observation>& seen) : lattice_(lattice) {
      const std::size_t first = seen.size() > kMaxMeasurements ? seen.size() - kMaxMeasurements : 0;
      const auto n = static_cast<Eigen::Index>(seen.size() - first);
      const auto d = static_cast<Eigen::Index>(lattice.features.front().size());
      Eigen::MatrixXd x(n, d);
      for (Eigen::Index i = 0; i < n; ++i) x.row(i) = features(seen[first + static_cast<std::size_t>(i)].setting);
      const std::size_t num_objectives = seen.front().value.size();
      for (std::size_t k = 0; k < num_objectives; ++k) {
        Eigen::VectorXd y(n), noise(n);
        for (Eigen::Index i = 0; i < n; ++i) {
          const Observation& observation = seen[first + static_cast<std::size_t>(i)];
          y[i] = observation.value[k];
          noise[i] = observation.variance[k];
        }
        processes_.emplace_back(x, y, noise);
      }
      set_reference(seen);
      for (const Observation& observation : seen)
        if (observation.meets) front_.push_back(observation.value);
    }

    std::optional<std::size_t> best_of(const std::vector<std::size_t>& candidates) const {
      const UndominatedBoxes boxes(front_, reference_);
      std::optional<std::size_t> best;
      double most = 0;
      for (const std::size_t candidate : candidates) {
        std::vector<double> mean, std_dev;
        for (const GaussianProcess& process : processes_) {
          const Prediction prediction = process.predict(features(candidate));
          mean.push_back(prediction.mean);
          std_dev.push_back(prediction.std_dev);
        }
        const double improvement = boxes.expected_improvement(mean, std_dev);
        if (improvement > most) most = improvement, best = candidate;
      }
      return best;
    }

    // A setting that is pending counts as if it came out as predicted.
    void expect(std::size_t setting) {
      const Eigen::VectorXd at = features(setting);
      std::vector<double> values;
      for (GaussianProcess& process : processes_) {
        values.push_back(process.predict(at).mean);
        process.add(at, values.back(), 0);
      }
      front_.push_back(values);
    }

   private:
    Eigen::VectorXd features(std::size_t setting) const {
      const std::vector<double>& of = lattice_.features[setting];
      return Eigen::Map<const Eigen::VectorXd>(of.data(), static_cast<Eigen::Index>(of.size()));
    }
    void set_reference(const std::vector<Observation>& seen) {
      const auto below = [&](std::size_t k) {
        double low = seen.front().value[k], high = low;
        for (const Observation& observation : seen) {
          low = std::min(low, observation.value[k]);
          high = std::max(high, observation.value[k]);
        }
        return low - kMargin * (high > low ? high - low : 1.0);
      };
      for (std::size_t k = 0; k < processes_.size(); ++k) reference_.push_back(below(k));
    }

    const Lattice& lattice_;
    std::vector<GaussianProcess> processes_;
    std::vector<statistics::Point> front_;
    statistics::Point reference_;
  };

  // All that are free, or of many every n-th.
  std::vector<std::size_t> candidates(const std::vector<bool>& taken) const {
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (!taken[i]) free.push_back(i);
    if (free.size() <= kMaxCandidates) return free;
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < kMaxCandidates; ++i) some.push_back(free[i * free.size() / kMaxCandidates]);
    return some;
  }

  const Lattice& lattice_;
  SobolWalk walk_;
  std::size_t num_initial_, num_asked_ = 0;
};

}  // namespace

SamplerInfo gp_ehvi_sampler() {
  return {
      "gp-ehvi",
      "a Gaussian process and the expected hypervolume improvement, after some settings of Sobol's sequence",
      4,
      {{settings::unsigned_integer("seed", std::numeric_limits<std::int64_t>::max())
            .about("of the first settings")
            .by_default(1),
        settings::integer("initial", 0, 10000)
            .in("settings")
            .about("how many are chosen without a model")
            .by_default(0)
            .by_default_words("1 for each dimension, at least 4")}},
      [](const Lattice& lattice, const Json& values) { return std::unique_ptr<Sampler>(new GpEhvi(lattice, values)); }};
}

}  // namespace ampa::study
