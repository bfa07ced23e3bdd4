// Who chooses the settings that are tried next, and the table of all that can.
//
// To add a sampler: its file (a subclass of Sampler, and a function that gives its row) and its line in samplers.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "settings/own_settings.h"
#include "study/lattice.h"

namespace ampa::study {

// A setting that has been run to the end with all seeds.
struct Observation {
  std::size_t setting = 0;       // of the lattice
  std::vector<double> value;     // of each objective, mean over the seeds, turned so that the larger is the better
  std::vector<double> variance;  // of that mean
  bool meets = true;             // all constraints
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  // `count` settings that are not taken, each once; fewer only if there are no more. `seen` grows from call to call.
  // What is chosen follows from the calls alone: it is the same on every machine and for any number of workers.
  virtual std::vector<std::size_t> ask(const std::vector<Observation>& seen, const std::vector<bool>& taken,
                                       std::size_t count) = 0;
};

struct SamplerInfo {
  std::string name, help;
  std::int64_t max_objectives = 0;
  settings::OwnSettings own;
  std::unique_ptr<Sampler> (*make)(const Lattice& lattice, const Json& values) = nullptr;  // the lattice outlives it
};

constexpr const char* kDefaultSampler = "gp-ehvi";

// grid, sobol, gp-ehvi, nsga2.
const std::vector<SamplerInfo>& samplers();
const SamplerInfo* find_sampler(const std::string& name);  // null: not in the table

}  // namespace ampa::study
