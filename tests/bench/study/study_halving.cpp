// What stopping early saves, and whether it changes what a study recommends:
//
//   study_halving tests/bench/study [--first 1] [--resamplings 10] [--loss 5] [--share 0.5] [--quiet]
//
// Successive halving: of each resampling of the recorded table (a part of its settings, drawn without replacement, and
// seeds, drawn with) a study of all its settings is replayed without and with halving, at the rungs that it has by
// default and at others. What is recommended is the setting that saves most of those that lose at most so many points
// against INT8. `first` is the first resampling's seed. Certified stop: for several bounds on
// RR, how many recorded runs it ends, how many of these would have met the bound, and how many epochs that saves.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "bench/study/replay.h"
#include "statistics/hypervolume.h"
#include "study/ranking.h"

namespace {

using namespace ampa;

struct Options {
  std::filesystem::path folder;
  std::uint64_t first = 1, resamplings = 10;
  bool is_quiet = false;  // only what it comes to
  double loss = 5, share = 0.5;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::stod(argv[++i]) : 0.0; };
    if (text == "--first")
      options.first = static_cast<std::uint64_t>(value());
    else if (text == "--resamplings")
      options.resamplings = static_cast<std::uint64_t>(value());
    else if (text == "--quiet")
      options.is_quiet = true;
    else if (text == "--loss")
      options.loss = value();
    else if (text == "--share")
      options.share = value();
    else
      options.folder = text;
  }
  return options;
}

struct Outcome {
  Json recommended;  // its settings; null: none meets the bound
  std::string label;
  std::vector<double> figures;
  std::int64_t epochs = 0;
  std::size_t settings = 0;
};

class Resampling {
 public:
  Resampling(const bench::SettingsTable& table, const Options& options, std::uint64_t number)
      : table_(table), options_(options) {
    const study::StudySpec all = table.spec(Json::object());
    std::mt19937_64 random(number);
    std::vector<std::size_t> order(all.space.num_combinations());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    // By hand: the standard leaves it open what its distributions draw.
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    order.resize(static_cast<std::size_t>(options.share * static_cast<double>(order.size())));
    for (const std::size_t i : order) list_.push_back(all.space.combination(i));
    for (const std::uint64_t seed : all.seeds) {
      static_cast<void>(seed);
      seeds_.push_back(all.seeds[random() % all.seeds.size()]);
    }
  }

  Outcome run(const Json& halving) const {
    const study::StudySpec spec = table_.spec({{"space", nullptr},
                                               {"list", list_},
                                               {"objectives", {{{"of", "metric"}}, {{"of", "rr"}}}},
                                               {"constraints", {{{"of", "metric_loss"}, {"at_most", options_.loss}}}},
                                               {"batch", 4},
                                               {"halving", halving}});
    const study::Lattice lattice = study::make_lattice(spec);
    study::Engine engine(spec, lattice);
    Outcome outcome;
    const bench::Replayed replayed = bench::replay(
        table_, spec, lattice, engine, [](const bench::Replayed&) { return false; },
        [&](std::uint64_t seed) { return seeds_[seed - 1]; });
    outcome.epochs = replayed.num_epochs;
    outcome.settings = replayed.complete.size();
    const std::vector<std::size_t> best =
        engine.confirmation().best(engine.history(), engine.searched(), engine.reference());
    if (best.empty()) return outcome;
    outcome.recommended = lattice.settings[best.front()].config;
    outcome.label = lattice.settings[best.front()].label;
    outcome.figures = engine.history().figures(best.front(), spec.epochs(), engine.reference())->mean;
    return outcome;
  }

 private:
  const bench::SettingsTable& table_;
  const Options& options_;
  Json list_ = Json::array();
  std::vector<std::uint64_t> seeds_;
};

void show_halving(const bench::SettingsTable& table, const Options& options, const Json& halving) {
  std::size_t num_same = 0;
  double spent = 0, whole = 0;
  fmt::print("halving {}, loss at most {}\n", halving.dump(), options.loss);
  for (std::uint64_t i = options.first; i < options.first + options.resamplings; ++i) {
    const Resampling resampling(table, options, i);
    const Outcome full = resampling.run(nullptr), halved = resampling.run(halving);
    const bool is_same = full.recommended == halved.recommended;
    num_same += is_same ? 1 : 0;
    spent += static_cast<double>(halved.epochs), whole += static_cast<double>(full.epochs);
    if (options.is_quiet) continue;
    const auto figures = [](const Outcome& outcome) {
      return outcome.figures.empty()
                 ? std::string("none")
                 : fmt::format("{} ({:.2f} %, RR {:.2f})", outcome.label, outcome.figures[0], outcome.figures[1]);
    };
    fmt::print("  {}: {} of {} epochs, {} of {} settings to the end, {}{}\n", i, halved.epochs, full.epochs,
               halved.settings, full.settings, figures(full), is_same ? "" : "; with halving " + figures(halved));
  }
  fmt::print("the same recommendation in {} of {}, {:.1f} % of the epochs\n\n", num_same, options.resamplings,
             100 * spent / whole);
}

void show_stops(const bench::SettingsTable& table) {
  fmt::print("| bound on RR | runs below | stopped | wrongly | epochs saved |\n|---|---|---|---|---|\n");
  for (int bound = 10; bound <= 90; bound += 10) {
    std::size_t below = 0, stopped = 0, wrong = 0;
    std::int64_t saved = 0;
    for (const auto& [key, run] : table.runs()) {
      below += run.rr < bound ? 1 : 0;
      const std::int64_t stop = table.stopped_before(run, bound);
      if (stop == table.num_epochs()) continue;
      ++stopped;
      wrong += run.rr >= bound ? 1 : 0;
      saved += table.num_epochs() - stop;
    }
    const auto all = static_cast<double>(table.num_epochs()) * static_cast<double>(table.runs().size());
    fmt::print("| {} % | {} of {} | {} | {} | {:.1f} % |\n", bound, below, table.runs().size(), stopped, wrong,
               100 * static_cast<double>(saved) / all);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  const bench::SettingsTable table(options.folder);
  for (const Json& halving : {Json::object(), Json{{"rungs", {6, 9}}}, Json{{"rungs", {4}}}, Json{{"rungs", {1, 4}}}})
    show_halving(table, options, halving);
  show_stops(table);
}
