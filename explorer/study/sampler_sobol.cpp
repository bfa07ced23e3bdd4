// Settings that cover the space evenly, whatever was found.
#include <limits>

#include "study/sampler.h"
#include "study/sobol_walk.h"

namespace ampa::study {
namespace {

constexpr std::int64_t kAnyNumber = 100;

class Sobol : public Sampler {
 public:
  Sobol(const Lattice& lattice, std::uint64_t seed) : walk_(lattice, seed) {}

  std::vector<std::size_t> ask(const std::vector<Observation>&, const std::vector<bool>& taken,
                               std::size_t count) override {
    std::vector<bool> not_free = taken;
    std::vector<std::size_t> chosen;
    while (chosen.size() < count) {
      const std::optional<std::size_t> setting = walk_.next(not_free);
      if (!setting) break;
      not_free[*setting] = true;
      chosen.push_back(*setting);
    }
    return chosen;
  }

 private:
  SobolWalk walk_;
};

}  // namespace

SamplerInfo sobol_sampler() {
  return {"sobol",
          "settings that cover the space evenly (Sobol's sequence)",
          kAnyNumber,
          {{settings::unsigned_integer("seed", std::numeric_limits<std::int64_t>::max())
                .about("of the sequence's shift")
                .by_default(1)}},
          [](const Lattice& lattice, const Json& values) {
            return std::unique_ptr<Sampler>(new Sobol(lattice, values.at("seed").get<std::uint64_t>()));
          }};
}

}  // namespace ampa::study
