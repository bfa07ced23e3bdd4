// How many settings the samplers try until they dominate what the whole table does, over and over with other seeds:
//
//   study_samplers tests/bench/study [--repetitions 20] [--batch 4] [--most 324] [sampler[:KEY=NUMBER...] ...]
//
// Replays the recorded table (settings_table.h) through the study's own decisions, with its three seeds: a setting is
// what is counted, three runs. Prints a line of a Markdown table for each sampler. tests/bench/study/optuna_samplers.py
// does the same with Optuna's.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "bench/study/replay.h"
#include "statistics/hypervolume.h"
#include "study/ranking.h"
#include "study/sampler.h"

namespace {

using namespace ampa;

struct Options {
  std::filesystem::path folder;
  std::size_t repetitions = 20, batch = 4, most = 1000;
  std::vector<std::string> samplers;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::stoul(argv[++i]) : 0UL; };
    if (text == "--repetitions")
      options.repetitions = value();
    else if (text == "--batch")
      options.batch = value();
    else if (text == "--most")
      options.most = value();
    else if (options.folder.empty())
      options.folder = text;
    else
      options.samplers.push_back(text);
  }
  if (options.samplers.empty())
    for (const study::SamplerInfo& info : study::samplers()) options.samplers.push_back(info.name);
  return options;
}

// Percent of the table's hypervolume after each setting.
using Curve = std::vector<double>;

class Benchmark {
 public:
  explicit Benchmark(const Options& options)
      : options_(options), table_(options.folder), lattice_(study::make_lattice(spec("grid", 1))) {
    const study::StudySpec spec = this->spec("grid", 1);
    study::Engine engine(spec, lattice_);
    bench::replay(table_, spec, lattice_, engine);
    for (std::size_t i = 0; i < lattice_.num_candidates; ++i)
      points_.push_back(
          study::turned(spec, engine.history().metric(), engine.history().figures(i, spec.epochs(), {})->mean));
    reference_ = study::reference_below(points_);
    whole_ = statistics::hypervolume(points_, reference_);
    const std::vector<int> ranks = statistics::domination_ranks(points_);
    fmt::print("{} settings, {} on the front, batches of {}\n\n", points_.size(),
               std::count(ranks.begin(), ranks.end(), 0), options.batch);
  }

  void run() const {
    fmt::print(
        "| sampler | settings to 95 % | after 12 | after 24 | after 48 | after 96 | s "
        "|\n|---|---|---|---|---|---|---|\n");
    for (const std::string& name : options_.samplers) {
      const auto begin = std::chrono::steady_clock::now();
      const bool has_seed = name != "grid";
      std::vector<Curve> curves;
      for (std::uint64_t seed = 1; seed <= (has_seed ? options_.repetitions : 1); ++seed)
        curves.push_back(curve(spec(name, seed)));
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      fmt::print("| {} | {} | {} | {} | {} | {} | {:.1f} |\n", name, words(to_95(curves), 0),
                 words(after(curves, 12), 1), words(after(curves, 24), 1), words(after(curves, 48), 1),
                 words(after(curves, 96), 1), seconds);
      std::fflush(stdout);
    }
  }

 private:
  study::StudySpec spec(const std::string& sampler, std::uint64_t seed) const {
    const std::size_t end = sampler.find(':');
    Json own = {{"name", sampler.substr(0, end)}};
    if (own.at("name") != "grid") own["seed"] = seed;
    for (std::size_t begin = end; begin != std::string::npos;) {  // ":KEY=NUMBER" again and again
      const std::size_t equal = sampler.find('=', begin), next = sampler.find(':', begin + 1);
      own[sampler.substr(begin + 1, equal - begin - 1)] = std::stoll(sampler.substr(equal + 1, next - equal - 1));
      begin = next;
    }
    return table_.spec({{"sampler", own},
                        {"objectives", {{{"of", "metric"}}, {{"of", "rr"}}}},
                        {"baselines", nullptr},
                        {"batch", options_.batch}});
  }

  Curve curve(const study::StudySpec& spec) const {
    study::Engine engine(spec, lattice_);
    std::vector<statistics::Point> points;
    Curve curve;
    bench::replay(table_, spec, lattice_, engine, [&](const bench::Replayed& replayed) {
      for (std::size_t i = points.size(); i < replayed.complete.size(); ++i) {
        points.push_back(points_[replayed.complete[i]]);
        curve.push_back(100 * statistics::hypervolume(points, reference_) / whole_);
      }
      return curve.size() >= options_.most || (curve.size() >= 96 && curve.back() >= 95);
    });
    return curve;
  }

  static std::vector<double> to_95(const std::vector<Curve>& curves) {
    std::vector<double> counts;
    for (const Curve& curve : curves)
      counts.push_back(static_cast<double>(
          std::find_if(curve.begin(), curve.end(), [](double share) { return share >= 95; }) - curve.begin() + 1));
    return counts;
  }
  static std::vector<double> after(const std::vector<Curve>& curves, std::size_t count) {
    std::vector<double> shares;
    for (const Curve& curve : curves) shares.push_back(curve[std::min(count, curve.size()) - 1]);
    return shares;
  }

  // Median, and where there are several the range that holds nine in ten.
  static std::string words(std::vector<double> values, int digits) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size(), out = n / 20;
    const double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
    if (n == 1) return fmt::format("{:.{}f}", median, digits);
    return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", median, digits, values[out], digits, values[n - 1 - out],
                       digits);
  }

  const Options& options_;
  bench::SettingsTable table_;
  study::Lattice lattice_;
  std::vector<statistics::Point> points_;
  statistics::Point reference_;
  double whole_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  Benchmark(options).run();
}
