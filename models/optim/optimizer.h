// What changes the parameters from their gradients, and the table of all that can.
//
// To add an optimizer: its file (a subclass of Optimizer, and a function that gives its row) and its line in table.cpp.
// Its settings become flags, keys of configurations and dimensions of sweeps, its state goes into checkpoints and
// tensor digests, its name into the identity of runs, with nothing else touched.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/thread_pool.h"
#include "ir/parameter.h"
#include "settings/own_settings.h"

namespace ampa::optim {

// A tensor that an optimizer keeps for a parameter; it lives as long as the optimizer and keeps its place.
struct StateTensor {
  std::string kind;  // "velocity": unique for the parameter, not "value" or "buffer"
  Eigen::ArrayXf* values = nullptr;
};

// Bound to the parameters that it was made for, which outlive it. Owns all of its state.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Changes every parameter's value by its gradient, once; its rate is `rate` > 0 times its own factor. `step` counts
  // from 0 over the whole run, so that an optimizer that corrects by it keeps no counter. Elements are independent:
  // threads do not matter to the bits.
  virtual void step(double rate, std::int64_t step, ThreadPool& threads) = 0;

  // What is kept for parameter `index` (of those given), in a fixed order that is the same before the first step: a
  // checkpoint and a tensor digest hold it behind the parameter's value.
  virtual std::vector<StateTensor> state(std::size_t index) = 0;
};

using Parameters = std::vector<ir::Parameter*>;

struct OptimizerInfo {
  std::string name, description;
  settings::OwnSettings own;
  // `values` holds all of `own`, in range.
  std::unique_ptr<Optimizer> (*make)(const Json& values, Parameters parameters) = nullptr;
};

// The table. The first is the default.
const std::vector<OptimizerInfo>& optimizers();

// Throws InputError for a name that is not in the table.
const OptimizerInfo& optimizer_info(const std::string& name);

// By name, with `options` for its own settings by key and their defaults for the rest.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const Json& options, Parameters parameters);

}  // namespace ampa::optim
