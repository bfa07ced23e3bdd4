// What training minimises and by which metric its results are compared, and the table of all objectives.
//
// To add an objective: its file (a subclass of Objective, and a function that gives its row) and its line in table.cpp.
// Its name becomes a value of the setting `objective`; trainer, evaluation, records, recommendations and reports speak
// of its metric by name, unit and direction with nothing else touched.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/metric.h"
#include "common/thread_pool.h"
#include "data/source.h"
#include "ir/tensor.h"

namespace ampa::objectives {

// Of one or more samples. Counts are exact, so a metric does not depend on how samples are grouped or ordered; losses
// are added in the order of the samples.
struct Score {
  double loss_sum = 0;  // over the samples; not finite if the training has diverged
  std::int64_t num_samples = 0;
  std::array<std::int64_t, 2> counts{};  // what they count is the objective's

  Score& operator+=(const Score& other) {
    loss_sum += other.loss_sum;
    num_samples += other.num_samples;
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    return *this;
  }
  double loss() const { return loss_sum / static_cast<double>(num_samples); }
};

class Objective {
 public:
  virtual ~Objective() = default;

  virtual const Metric& metric() const = 0;

  // Throws InputError unless it can compare outputs of shape `output` (of one sample) with the targets of a source.
  virtual void check(const data::SourceShape& source, const ir::Shape& output) const = 0;

  // Of a batch: `output` is the network's, (samples, height, width, channels); `targets` are the source's tensors
  // behind the input, in its order, of as many samples. Writes into `grad` (if not null) the gradient of the mean loss
  // over the batch, resized to the output's shape. Sums run in a fixed order, in double. A sample's score depends
  // neither on the others nor on the number of threads.
  virtual Score score(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets, ir::Tensor* grad,
                      ThreadPool& threads) const = 0;

  // The same for an evaluation: without what changes the targets in training (label smoothing).
  virtual Score evaluate(const ir::Tensor& output, const std::vector<const ir::Tensor*>& targets,
                         ThreadPool& threads) const {
    return score(output, targets, nullptr, threads);
  }

  // Whether the answer to a sample is right, from the sample's score; none for an objective whose answers are not.
  virtual std::optional<bool> is_right(const Score&) const { return std::nullopt; }

  // The metric's value, from the sum of the scores of one or more samples.
  virtual double value(const Score& sum) const = 0;
};

struct ObjectiveInfo {
  std::string name, description;
  settings::OwnSettings own;
  std::unique_ptr<Objective> (*make)(const Json& values) = nullptr;  // `values` holds all of `own`, in range
};

// The table. The first is the default.
const std::vector<ObjectiveInfo>& objectives();

// By name, with `options` for its own settings by key and their defaults for the rest. Throws InputError for a name
// that is not in the table.
std::unique_ptr<Objective> make_objective(const std::string& name, const Json& options);

}  // namespace ampa::objectives
