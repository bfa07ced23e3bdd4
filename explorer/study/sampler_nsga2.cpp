// NSGA-II, of pagmo: generations of settings that are crossed and mutated.
//
// The algorithm runs in a thread of its own and blocks where it wants a generation's figures; ask() hands the settings
// of that generation out and gives the figures back when all are there. It follows from its seed and these figures
// alone.
#include <algorithm>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <thread>

#include "study/sampler.h"
#include "study/sobol_walk.h"

namespace ampa::study {
namespace {

constexpr std::int64_t kAnyNumber = 100;
constexpr unsigned kGenerations = 1000000;
constexpr int kIdleGenerations = 200;  // in a row that hold no new setting, after which the search is taken as stuck
constexpr double kWorst = 1e30;

using Vector = pagmo::vector_double;

// Ends the algorithm's thread.
struct Abandoned {};

// Between the thread of the algorithm and the sampler: one batch of points, then their figures, and so on.
class Exchange {
 public:
  // The algorithm's side: the figures of `points`, to be made small, one after another.
  Vector evaluate(Vector points) {
    std::unique_lock lock(mutex_);
    points_ = std::move(points);
    has_points_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !has_points_ || is_abandoned_; });
    if (is_abandoned_) throw Abandoned{};
    return std::move(figures_);
  }
  void end() {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    changed_.notify_all();
  }

  // The sampler's side. None: the algorithm has ended.
  std::optional<Vector> wait_for_points() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return has_points_ || has_ended_; });
    return has_points_ ? std::optional(points_) : std::nullopt;
  }
  void answer(Vector figures) {
    const std::lock_guard lock(mutex_);
    figures_ = std::move(figures);
    has_points_ = false;
    changed_.notify_all();
  }
  void abandon() {
    const std::lock_guard lock(mutex_);
    is_abandoned_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Vector points_, figures_;
  bool has_points_ = false, has_ended_ = false, is_abandoned_ = false;
};

// As pagmo has problems: a point is a place in [0, 1] for each dimension of the space.
struct Settings {
  Exchange* exchange = nullptr;
  std::size_t dimensions = 1, objectives = 1;

  Vector fitness(const Vector& point) const { return exchange->evaluate(point); }
  Vector batch_fitness(const Vector& points) const { return exchange->evaluate(points); }
  Vector::size_type get_nobj() const { return objectives; }
  std::pair<Vector, Vector> get_bounds() const { return {Vector(dimensions, 0.0), Vector(dimensions, 1.0)}; }
};

class Nsga2 : public Sampler {
 public:
  Nsga2(const Lattice& lattice, const Json& values)
      : lattice_(lattice),
        walk_(lattice, values.at("seed").get<std::uint64_t>()),
        seed_(static_cast<unsigned>(values.at("seed").get<std::uint64_t>())),
        population_(values.at("population").get<std::size_t>()) {}

  ~Nsga2() override {
    exchange_.abandon();
    if (thread_.joinable()) thread_.join();
  }

  std::vector<std::size_t> ask(const std::vector<Observation>& seen, const std::vector<bool>& taken,
                               std::size_t count) override {
    for (; num_seen_ < seen.size(); ++num_seen_) figures_[seen[num_seen_].setting] = figures_of(seen[num_seen_]);
    if (!seen.empty()) num_objectives_ = seen.front().value.size();
    std::vector<bool> not_free = taken;
    std::vector<std::size_t> chosen;
    const auto choose = [&](std::size_t setting) {
      not_free[setting] = true;
      chosen.push_back(setting);
    };
    // The number of objectives shows with the first figures; until then as with Sobol's sequence.
    for (int idle = 0; num_objectives_ > 0 && chosen.empty() && idle < kIdleGenerations; ++idle) {
      if (!thread_.joinable()) start();
      const std::optional<Vector> points = exchange_.wait_for_points();
      if (!points) break;
      const std::vector<std::size_t> settings = settings_of(*points);
      for (const std::size_t setting : settings)
        if (chosen.size() < count && !not_free[setting]) choose(setting);
      if (chosen.empty()) exchange_.answer(answer_for(settings));  // all were tried
    }
    while (chosen.empty() || (num_objectives_ == 0 && chosen.size() < count)) {
      const std::optional<std::size_t> setting = walk_.next(not_free);
      if (!setting) break;
      choose(*setting);
    }
    return chosen;
  }

 private:
  // To be made small. Settings that miss a constraint come behind all that meet them.
  static Vector figures_of(const Observation& observation) {
    Vector figures;
    for (const double value : observation.value) figures.push_back(-value + (observation.meets ? 0 : 1e15));
    return figures;
  }

  void start() {
    thread_ = std::thread([this, dimensions = lattice_.radices.size(), objectives = num_objectives_] {
      try {
        pagmo::problem problem(Settings{&exchange_, dimensions, objectives});
        pagmo::population population(problem, pagmo::bfe(pagmo::member_bfe()), population_, seed_);
        pagmo::nsga2 algorithm(kGenerations, 0.95, 10.0, 0.1, 50.0, seed_);
        algorithm.set_bfe(pagmo::bfe(pagmo::member_bfe()));
        algorithm.evolve(population);
      } catch (const Abandoned&) {
      } catch (const std::exception&) {  // the walk goes on alone
      }
      exchange_.end();
    });
  }

  std::vector<std::size_t> settings_of(const Vector& points) const {
    const std::size_t dimensions = lattice_.radices.size();
    std::vector<std::size_t> settings;
    for (std::size_t begin = 0; begin < points.size(); begin += dimensions) {
      std::size_t combination = 0;
      for (std::size_t i = 0; i < dimensions; ++i) {
        const std::size_t radix = lattice_.radices[i];
        const auto digit = static_cast<std::size_t>(points[begin + i] * static_cast<double>(radix));
        combination = combination * radix + std::min(radix - 1, digit);
      }
      settings.push_back(lattice_.setting_of[combination]);
    }
    return settings;
  }

  // Of settings that did not come to the end the worst.
  Vector answer_for(const std::vector<std::size_t>& settings) const {
    Vector answer;
    for (const std::size_t setting : settings) {
      const auto known = figures_.find(setting);
      const Vector figures = known == figures_.end() ? Vector(num_objectives_, kWorst) : known->second;
      answer.insert(answer.end(), figures.begin(), figures.end());
    }
    return answer;
  }

  const Lattice& lattice_;
  SobolWalk walk_;
  unsigned seed_;
  std::size_t population_, num_objectives_ = 0, num_seen_ = 0;
  std::map<std::size_t, Vector> figures_;
  Exchange exchange_;
  std::thread thread_;
};

void check(const JsonReader& reader, const Json& values) {
  const auto population = values.at("population").get<std::int64_t>();
  if (population % 4 != 0) reader.fail("population", "a multiple of 4", values.at("population").dump());
}

}  // namespace

SamplerInfo nsga2_sampler() {
  return {
      "nsga2",
      "generations that are crossed and mutated (NSGA-II of pagmo); for budgets of some hundred settings and more",
      kAnyNumber,
      {{settings::unsigned_integer("seed", std::numeric_limits<std::uint32_t>::max())
            .about("of all that is random")
            .by_default(1),
        settings::integer("population", 8, 10000).in("settings").about("of a generation").by_default(24)},
       check},
      [](const Lattice& lattice, const Json& values) { return std::unique_ptr<Sampler>(new Nsga2(lattice, values)); }};
}

}  // namespace ampa::study
